"""The brand's staff: everything that moves, whoever moves it."""

from collections.abc import Sequence
from typing import Any

from app import channel, identity
from app.custody import errors, queries, schemas
from app.custody.actions import read_shipped, ship
from app.custody.routes import desk
from app.custody.rules import BRAND, Shipped
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import PageQuery, page_schema
from app.kit.transaction import transaction

console = blueprint("custody", __name__, "console")
WRITERS = ("brand_admin", "brand_operator")


def _everybody(_: object) -> None:
    """Staff see the goods of all parties."""


@console.post("/shipments")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.NewShipmentSchema,
    returns=schemas.ShipmentSchema,
    errors=(errors.WrongCode, errors.ShipmentNumberTaken, errors.SupplyStopped, channel.UnknownDealer),
    status=201,
)
def ship_goods(*, dealer_id: int, number: str, codes: Sequence[str]) -> Shipped:
    """发货给经销商 (同一单号重复提交不会重复记录)"""
    actor, at = identity.current_actor(), clock.now()
    code_nos = read_shipped(brand_id(), codes)
    with transaction(brand_id()) as session:
        shipped = ship(session, dealer_id=dealer_id, number=number, code_nos=code_nos, at=at, by=actor.person_id)
        if not shipped.repeated:
            desk.audit(session, actor, queries.document(session, shipped.id), at)
        return shipped


@console.get("/custody/desk")
@contract(returns=schemas.DeskSchema)
def show_desk() -> dict[str, Any]:
    """仓库可开的单据与往来对象"""
    with transaction(brand_id()) as session:
        dealers = queries.partner_dealers(session)
    parties = [{"kind": BRAND.kind, "id": None, "name": None}]
    return {"kinds": ["shipped", "received"], "parties": parties, "dealers": dealers, "terminals": []}


@console.get("/custody/documents")
@contract(query=PageQuery, returns=page_schema(schemas.DocumentSchema))
def list_documents(*, cursor: str | None, limit: int) -> dict[str, Any]:
    """流向单据列表"""
    return desk.list_documents(_everybody, cursor=cursor, limit=limit)


@console.get("/custody/documents/<int:document_id>")
@contract(returns=schemas.DocumentDetailSchema, errors=(errors.UnknownDocument,))
def show_document(*, document_id: int) -> dict[str, Any]:
    """一张流向单据与它的码"""
    return desk.show_document(document_id, _everybody)


@console.post("/custody/documents")
@identity.requires_role(*WRITERS)
@contract(accepts=schemas.NewDocumentSchema, returns=schemas.DocumentSchema, errors=desk.RECORD_ERRORS, status=201)
def record_document(*, from_dealer_id: int | None, from_terminal_id: int | None, **new: Any) -> dict[str, Any]:
    """记录发货、调拨、铺货或退货 (同一单号重复提交不会重复记录)"""
    return desk.record(
        lambda session: queries.sender_of(
            session, from_dealer_id=from_dealer_id, from_terminal_id=from_terminal_id
        ),
        **new,
    )


@console.post("/custody/documents/<int:document_id>/receipt")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.NewReceiptSchema,
    returns=schemas.DocumentDetailSchema,
    errors=desk.RECEIVE_ERRORS,
    status=201,
)
def receive_goods(*, document_id: int, **new: Any) -> dict[str, Any]:
    """品牌仓库收货: 核对退回的货, 列出缺少和多出的码"""
    return desk.confirm(lambda session: queries.document(session, document_id), lambda _: (BRAND,), **new)


@console.post("/custody/documents/<int:document_id>/reversal")
@identity.requires_role(*WRITERS)
@contract(returns=schemas.DocumentSchema, errors=desk.REVERSE_ERRORS, status=201)
def reverse_document(*, document_id: int) -> dict[str, Any]:
    """撤销自己 24 小时内开的单据"""
    return desk.take_back(document_id, _everybody)


@console.get("/codes/<string:text>/goods")
@contract(returns=schemas.GoodsSchema, errors=desk.LOOK_ERRORS)
def look_at_goods(*, text: str) -> dict[str, Any]:
    """扫到的是什么货"""
    return desk.look_at(text, _everybody)


@console.get("/codes/<string:text>/way")
@contract(returns=schemas.WaySchema, errors=desk.LOOK_ERRORS)
def show_way(*, text: str) -> dict[str, Any]:
    """这个码现在在谁手里, 怎么到的"""
    return desk.way_of(text, _everybody)
