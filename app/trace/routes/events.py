"""What happened to codes, as EPCIS 2.0: by query for other systems, as one streamed document for staff.

Nothing of it is stored: events are made of ranges while they are sent. Records are read in one short transaction
after another, so that a slow receiver never keeps one open; names come from memory between them.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, request, stream_with_context

from app import codes, identity, tenancy
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract
from app.kit.ids import first_id_of
from app.kit.transaction import transaction
from app.trace import queries
from app.trace.errors import InvalidToken
from app.trace.queries import Event
from app.trace.rules.asking import Wanted, read_token, write_token
from app.trace.rules.epcis import document_head, query_document
from app.trace.rules.records import Piece, Record
from app.trace.schemas import EventsQuery, ExportQuery

open_api = blueprint("trace_events", __name__, "open")
console = blueprint("trace_events", __name__, "console")
MEDIA_TYPE = "application/ld+json"
VERSIONS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
MOST_READ = 5_000  # records looked at for one page: a rare kind of event comes in short pages
DEEPEST = 5
EARLY = timedelta(days=1)  # how far a reporter's clock may run ahead of ours
Token = tuple[int, int]


@open_api.get("/epcis/events")
@identity.for_scope("events.read")
@contract(query=EventsQuery, errors=(InvalidToken,), media_type=MEDIA_TYPE)
def list_events(
    *, epc: str | None, any_epc: str | None, per_page: int, token: str | None, **given: Any
) -> Response:
    """EPCIS 2.0 事件查询 (按 EPC 或时间)"""
    wanted = Wanted(**given)
    asked = epc or any_epc
    if asked is None:
        events, following = _page(wanted, _start(wanted, token), per_page)
    else:
        events, following = _about(wanted, asked, as_parent=any_epc is not None), None
    response = Response(json.dumps(query_document(events, clock.now())), mimetype=MEDIA_TYPE, headers=VERSIONS)
    if following is not None:
        query = urlencode(request.args.to_dict() | {"nextPageToken": write_token(*following)})
        response.headers["Link"] = f'<{request.base_url}?{query}>; rel="next"'
    return response


def _start(wanted: Wanted, token: str | None) -> Token:
    """Where a page begins. Raises `InvalidToken`."""
    if token is None:
        return (first_id_of(wanted.since - EARLY) - 1 if wanted.since else 0), 0
    position = read_token(token)
    if position is None:
        raise InvalidToken
    return position


def _page(wanted: Wanted, start: Token, most: int) -> tuple[list[Event], Token | None]:
    """Up to ``most`` events in the order of recording, and where the next page begins."""
    events: list[Event] = []
    after, skipped, seen = *start, 0
    while seen < MOST_READ:
        with transaction(brand_id()) as session:
            records = queries.recorded(session, after=after)
        if not records:
            return events, None
        for record in records:
            for index in range(skipped, record.pieces if wanted.includes(record) else 0):
                if len(events) == most:
                    return events, (record.id - 1, index)
                events.append(_event(record.piece(index)))
            after, skipped = record.id, 0
        seen += len(records)
    return events, (after, 0)


def _about(wanted: Wanted, epc: str, *, as_parent: bool) -> list[Event]:
    """The events that name a code in their list, or with ``as_parent`` also as the parent; none for no code."""
    read = codes.read(brand_id(), codes.gs1.link_of_epc(epc))
    if read is None:
        return []
    with transaction(brand_id()) as session:
        pieces = queries.about(session, read.code_no)
    named = (piece for piece in pieces if as_parent or piece.parent_no != read.code_no)
    return [_event(piece) for piece in named if wanted.includes(piece.record)]


def _event(piece: Piece) -> Event:
    return queries.event_of(brand_id(), piece, root=root())


def root() -> str:
    """Scheme and host of the brand's own addresses."""
    return f"{current_app.config['MALU_PUBLIC_SCHEME']}://{tenancy.brand(brand_id()).host}"


@console.get("/epcis")
@identity.requires_role("brand_admin", "brand_operator")
@contract(query=ExportQuery, errors=(codes.UnknownBatch,), media_type=MEDIA_TYPE)
def export_events(*, batch_id: int | None, shipment: str | None, day: date | None) -> Response:
    """导出一个批次、一张发货单或一天的 EPCIS 2.0 文件"""
    with transaction(brand_id()) as session:
        batch = codes.batch(session, batch_id) if batch_id is not None else None
        _audit(session, {"batch_id": batch_id and str(batch_id), "shipment": shipment, "day": day and str(day)})
    if batch is not None:
        records = _of_legs(queries.legs_of_range(batch.lo, batch.hi))
    else:
        records = _of_shipment(shipment) if shipment else _of_day(day or clock.business_day(clock.now()))
    text = stream_with_context(_document(_pieces(records)))
    headers = {"Content-Disposition": 'attachment; filename="epcis.jsonld"', **VERSIONS}
    return Response(text, mimetype=MEDIA_TYPE, headers=headers)


def _audit(session: Any, asked: dict[str, Any]) -> None:
    """Whoever has the file has the codes on the outside of the goods."""
    identity.record(
        session,
        actor=identity.current_actor(),
        action="trace.export_events",
        subject="epcis",
        before=None,
        after={name: value for name, value in asked.items() if value},
        at=clock.now(),
    )


def _document(pieces: Iterable[Piece]) -> Iterator[str]:
    """One EPCIS document, an event at a time: memory stays flat whatever its length."""
    head = json.dumps(document_head(clock.now()), ensure_ascii=False)
    yield head.removesuffix("}") + ', "epcisBody": {"eventList": ['
    mark = "\n"
    for piece in pieces:
        yield mark + json.dumps(_event(piece), ensure_ascii=False)
        mark = ",\n"
    yield "\n]}}\n"


def _pieces(records: Iterable[Record]) -> Iterator[Piece]:
    everything = Wanted()
    for record in records:
        if everything.includes(record):
            yield from (record.piece(index) for index in range(record.pieces))


def _of_legs(legs: Iterable[queries.Leg]) -> Iterator[Record]:
    for leg in legs:
        after: codes.records.Position | None = queries.FROM_THE_START
        while after is not None:
            with transaction(brand_id()) as session:
                records, after = queries.read_on(session, leg, after)
            yield from records


def _of_shipment(number: str) -> Iterator[Record]:
    """What a delivery note moved, and what was packed in it, level by level."""
    above: list[tuple[int, int]] = []
    for record in _of_legs([queries.leg_of_shipment(number)]):
        above.append((record.lo, record.hi))
        yield record
    for _ in range(DEEPEST):
        below: list[tuple[int, int]] = []
        for lo, hi in above:
            for record in _of_legs([queries.leg_of_contents(lo, hi)]):
                part = record.into(lo, hi)
                below.append((part.lo, part.hi))
                yield part
        above = below


def _of_day(day: date) -> Iterator[Record]:
    """What happened on a business day, whenever it was recorded."""
    since, until = clock.day_bounds(day)
    wanted, after = Wanted(since, until), first_id_of(since - EARLY) - 1
    while True:
        with transaction(brand_id()) as session:
            records = queries.recorded(session, after=after)
        if not records:
            return
        yield from filter(wanted.includes, records)
        after = records[-1].id
