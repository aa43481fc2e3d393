"""Goods sent home, at the console: whom to send what, and what was sent, one by one or by file."""

from typing import Any

from flask import Response

from app import identity
from app.kit import clock, csv_text, files
from app.kit.errors import AppError, TooLarge
from app.kit.http import brand_id, contract, language
from app.kit.ids import new_id
from app.kit.paging import page_schema
from app.kit.transaction import transaction
from app.kit.uploads import EmptyFile, receive
from app.rewards import queries
from app.rewards.actions import Parcel, ship
from app.rewards.errors import FileRefused, NotOpen, UnknownGrant
from app.rewards.models import Delivery
from app.rewards.routes import shown
from app.rewards.routes.console import WRITERS, audit, console
from app.rewards.schemas import DeliveryQuery, DeliverySchema, FileResultSchema, ParcelSchema

MOST_BYTES = 5_000_000
MOST_LINES = 5_000
MOST_DIGITS = 19
SHOWN = 50
HEADER = ("奖品编号", "奖品", "收件人", "电话", "地区", "地址", "快递公司", "运单号")
MARK = "G"  # a spreadsheet would round a number of eighteen digits
COLUMNS = {"奖品编号": "grant_id", "快递公司": "carrier", "运单号": "tracking"}


@console.get("/deliveries")
@contract(query=DeliveryQuery, returns=page_schema(DeliverySchema))
def list_deliveries(*, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """要寄出的奖品 (地址只露头尾)"""
    with transaction(brand_id()) as session:
        found = queries.delivery_page(session, state=state, cursor=cursor, limit=limit)
        prizes = queries.grants_by_id(session, [row.grant_id for row in found.items])
    items = [_shown(row, prizes[row.grant_id].tier_name, prizes[row.grant_id].sku_id) for row in found.items]
    return {"items": items, "next_cursor": found.next_cursor}


def _shown(row: Delivery, tier: str, sku_id: int | None) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ("grant_id", "ordered_at", "received_at")}
    return shown.on_its_way(row) | facts | {"tier": tier, "goods": shown.goods(sku_id)}


@console.post("/deliveries/export")
@identity.requires_role(*WRITERS)
@contract(media_type="text/csv")
def export_deliveries() -> Response:
    """待寄清单, 含完整地址: 谁下载了会记入审计; 填好运单号再传回来"""
    at = clock.now()
    with transaction(brand_id()) as session:
        rows = queries.to_be_shipped(session, limit=MOST_LINES)
        lines = [(row, queries.address_of(session, row)) for row in rows]
        prizes = queries.grants_by_id(session, [row.grant_id for row in rows])
        audit(session, "rewards.addresses_read", "deliveries", None, {"count": len(rows)}, at)
    body = csv_text.BOM + csv_text.line(HEADER)
    for row, address in lines:
        if address is not None:
            whom = (address.name, address.phone, address.region, address.street)
            body += csv_text.line((f"{MARK}{row.grant_id}", prizes[row.grant_id].tier_name, *whom, "", ""))
    headers = {"Content-Disposition": "attachment; filename=deliveries.csv", "Cache-Control": "no-store"}
    return Response(body, mimetype="text/csv", headers=headers)


@console.post("/grants/<int:grant_id>/ship")
@identity.requires_role(*WRITERS)
@contract(accepts=ParcelSchema, returns=DeliverySchema, errors=(UnknownGrant, NotOpen))
def post_ship(*, grant_id: int, carrier: str, tracking: str) -> dict[str, Any]:
    """寄出一件奖品, 或更正运单号"""
    at, by = clock.now(), identity.current_actor().person_id
    with transaction(brand_id()) as session:
        row = ship(session, Parcel(grant_id, carrier, tracking), by=by, at=at)
        prize = queries.grant_row(session, grant_id)
        after = {"carrier": carrier, "tracking": tracking}
        audit(session, "rewards.shipped", f"grant:{grant_id}", None, after, at)
    return _shown(row, prize.tier_name, prize.sku_id)


@console.post("/deliveries/files")
@identity.requires_role(*WRITERS)
@contract(
    returns=FileResultSchema,
    errors=(FileRefused, csv_text.NotText, TooLarge, EmptyFile),
    upload="text/csv",
    status=201,
)
def post_file() -> dict[str, int]:
    """上传填好运单号的清单: 有一行不对就全部不改"""
    at, by = clock.now(), identity.current_actor().person_id
    parcels = _received()
    errors = []
    with transaction(brand_id()) as session:
        for line, parcel in parcels:
            try:
                ship(session, parcel, by=by, at=at)
            except AppError as refusal:
                errors.append({"line": line, "message": refusal.body(language())["error"]["message"]})
        if errors:
            raise FileRefused(errors=errors[:SHOWN])
        audit(session, "rewards.shipped_by_file", "deliveries", None, {"count": len(parcels)}, at)
    return {"shipped": len(parcels)}


def _received() -> list[tuple[int, Parcel]]:
    """The lines of the file with a tracking number; raises `FileRefused` for what cannot be read."""
    received = receive(brand_id(), f"deliveries/{new_id()}.csv", most_bytes=MOST_BYTES)
    try:
        text = csv_text.decode(received.path.read_bytes())
    finally:
        files.remove(brand_id(), received.name)
    (_, header), *lines = list(csv_text.rows(text))[: MOST_LINES + 1] or [(1, [])]
    if not set(COLUMNS) <= set(header):
        raise FileRefused(errors=[{"line": 1, "message": "、".join(COLUMNS)}])
    places = {name: header.index(title) for title, name in COLUMNS.items()}
    return _parcels([(line, [row[at : at + 1] for at in places.values()]) for line, row in lines])


def _parcels(lines: list[tuple[int, list[list[str]]]]) -> list[tuple[int, Parcel]]:
    """Every line that has a tracking number, with its number; raises `FileRefused` for one that names no prize."""
    parcels, errors = [], []
    for line, cells in lines:
        number, carrier, tracking = ("".join(cell).strip() for cell in cells)
        number = number.removeprefix(MARK)
        if not tracking:
            continue
        if number.isascii() and number.isdigit() and len(number) < MOST_DIGITS and carrier:
            parcels.append((line, Parcel(int(number), carrier[:40], tracking[:60])))
        else:
            errors.append({"line": line, "message": HEADER[0] + "、" + HEADER[6]})
    if errors:
        raise FileRefused(errors=errors[:SHOWN])
    return parcels
