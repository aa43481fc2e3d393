"""Dealers and shops take their own figures away: one ZIP of CSV files, or one file, as a stream."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from flask import Response, stream_with_context
from typing_extensions import Buffer, override

from app import channel, identity
from app.kit import clock, csv_text
from app.kit.errors import InvalidInput, NotFound, TooManyRequests
from app.kit.http import blueprint, brand_id, contract, limiter
from app.kit.ids import first_id_of
from app.kit.limits import Limit
from app.kit.transaction import transaction
from app.scans.queries.exports import SHEETS, Bounds, Owner, Party, Sheet
from app.scans.schemas import ExportQuery

dealer = blueprint("exports", __name__, "dealer")
terminal = blueprint("exports", __name__, "terminal")
EXPORT_LIMIT = Limit("scans.export", "20/hour")
USUAL, LONGEST = timedelta(days=30), timedelta(days=366)
README = """\
这里是属于您的记录, 从 {since} 到 {until} (门店为全部), 时间为北京时间。每个文件的列:
These are the records that are your own, from {since} to {until} (all shops), in Beijing time. Their columns:
"""


@dealer.get("/exports/<string:name>")
@identity.requires_role("dealer")
@contract(
    query=ExportQuery,
    media_type="application/octet-stream",
    errors=(channel.UnknownDealer, NotFound, TooManyRequests),
)
def export_of_dealer(*, name: str, of: int | None, since: date | None, until: date | None) -> Response:
    """导出本经销商的门店、收货、开箱、佣金与动销 (all.zip 或 表名.csv)"""
    mine = identity.scope_ids(identity.current_actor(), "dealer")
    owner = Owner("dealer", _chosen(mine, of, channel.UnknownDealer))
    return _answer(owner, name, _days(since, until))


@terminal.get("/exports/<string:name>")
@identity.requires_role("owner")
@contract(
    query=ExportQuery,
    media_type="application/octet-stream",
    errors=(channel.UnknownTerminal, NotFound, TooManyRequests),
)
def export_of_terminal(*, name: str, of: int | None, since: date | None, until: date | None) -> Response:
    """导出本店的开箱、佣金与动销 (all.zip 或 表名.csv); 关店之后也可以"""
    mine = identity.scope_ids(identity.current_actor(), "owner")
    owner = Owner("terminal", _chosen(mine, of, channel.UnknownTerminal))
    return _answer(owner, name, _days(since, until))


def _chosen(
    mine: Sequence[int], asked: int | None, refusal: type[channel.UnknownDealer | channel.UnknownTerminal]
) -> int:
    """The one that was asked for, if it is the caller's; without asking, the only one."""
    if asked is None and len(mine) == 1:
        return mine[0]
    if asked is None or asked not in mine:
        raise refusal
    return asked


def _days(since: date | None, until: date | None) -> tuple[date, date]:
    last = until or clock.business_day(clock.now())
    first = since or last - USUAL
    if not first <= last <= first + LONGEST:
        raise InvalidInput(fields={"since": [f"at most {LONGEST.days} days, in order"]})
    return first, last


def _answer(owner: Owner, name: str, days: tuple[date, date]) -> Response:
    actor = identity.current_actor()
    limiter().require(EXPORT_LIMIT, f"{actor.brand_id}:{actor.person_id}")
    sheets = {f"{sheet.name}.csv": sheet for sheet in SHEETS[owner.kind]}
    if name == "all.zip":
        body, kind = _zip(brand_id(), owner, days), "application/zip"
    elif name in sheets:
        body, kind = _encoded(_lines(brand_id(), owner, sheets[name], days)), "text/csv; charset=utf-8"
    else:
        raise NotFound
    response = Response(stream_with_context(body), content_type=kind)
    file = f"malu-{owner.kind}-{days[0]}-{days[1]}-{name}"
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def _lines(brand: int, owner: Owner, sheet: Sheet, days: tuple[date, date]) -> Iterator[str]:
    """The file line by line; each portion is a transaction of its own, closed before anything is sent."""
    yield csv_text.BOM + csv_text.line(sheet.columns)
    for each in _owners(brand, owner, sheet):
        bounds: Bounds | None = _bounds(sheet, days)
        while bounds is not None:
            with transaction(brand) as session:
                portion = sheet.read(session, each, bounds)
            yield "".join(csv_text.line(sheet.show(brand, row)) for row in portion.rows)
            bounds = replace(bounds, after=portion.next_after) if portion.next_after is not None else None


def _owners(brand: int, owner: Owner, sheet: Sheet) -> list[Owner]:
    if not (sheet.by_shop and owner.kind == "dealer"):
        return [owner]
    with transaction(brand) as session:
        shops = channel.shops_ever_supplied(session, owner.id)
    return [replace(owner, terminal_id=shop) for shop in shops]


def _bounds(sheet: Sheet, days: tuple[date, date]) -> Bounds:
    """Ids are ordered by time, so days are a range of ids; shops come from all times."""
    before = first_id_of(clock.day_bounds(days[1])[1])
    return Bounds(0 if sheet.name == "terminals" else first_id_of(clock.day_bounds(days[0])[0]) - 1, before)


def _encoded(lines: Iterator[str]) -> Iterator[bytes]:
    return (part.encode() for part in lines if part)


class _Outlet(io.RawIOBase):
    """Takes what the ZIP writer writes, to be sent on: nothing is ever whole in memory."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: Buffer, /) -> int:
        part = bytes(data)
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _zip(brand: int, owner: Owner, days: tuple[date, date]) -> Iterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", csv_text.BOM + _readme(owner.kind, days))
        for sheet in SHEETS[owner.kind]:
            with archive.open(f"{sheet.name}.csv", "w", force_zip64=True) as file:
                for part in _encoded(_lines(brand, owner, sheet, days)):
                    file.write(part)
                    yield outlet.taken()
        yield outlet.taken()
    yield outlet.taken()


def _readme(kind: Party, days: tuple[date, date]) -> str:
    text = README.format(since=days[0], until=days[1])
    for sheet in SHEETS[kind]:
        text += f"\n{sheet.name}.csv {sheet.title}\n"
        text += "".join(f"  {column}: {meaning}\n" for column, meaning in sheet.columns.items())
    return text
