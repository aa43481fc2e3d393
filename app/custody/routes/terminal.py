"""A shop's people: what the shop was delivered, and what it gives back."""

from typing import Any

from sqlalchemy.orm import Session

from app import channel, identity
from app.custody import errors, queries, schemas
from app.custody.routes import desk, shown
from app.custody.rules import Party
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import PageQuery, page_schema
from app.kit.transaction import transaction

terminal = blueprint("custody", __name__, "terminal")
KINDS = ("received", "returned")


def _mine(session: Session) -> tuple[Party, ...]:
    return queries.own_terminals(session, identity.current_actor())


@terminal.get("/custody/desk")
@contract(returns=schemas.DeskSchema)
def show_desk() -> dict[str, Any]:
    """门店可开的单据"""
    names = channel.directory(brand_id())
    with transaction(brand_id()) as session:
        parties = [shown.party(names, party) for party in _mine(session)]
    return {"kinds": KINDS, "parties": parties, "dealers": [], "terminals": []}


@terminal.get("/custody/documents")
@contract(query=PageQuery, returns=page_schema(schemas.DocumentSchema))
def list_documents(*, cursor: str | None, limit: int) -> dict[str, Any]:
    """本店的收货与退货单据"""
    return desk.list_documents(_mine, cursor=cursor, limit=limit)


@terminal.get("/custody/documents/<int:document_id>")
@contract(returns=schemas.DocumentDetailSchema, errors=(errors.UnknownDocument,))
def show_document(*, document_id: int) -> dict[str, Any]:
    """一张流向单据与它的码"""
    return desk.show_document(document_id, _mine)


@terminal.post("/custody/documents")
@contract(
    accepts=schemas.NewDocumentSchema,
    returns=schemas.DocumentSchema,
    errors=(*desk.RECORD_ERRORS, channel.TerminalNotChosen),
    status=201,
)
def record_document(*, from_dealer_id: int | None, from_terminal_id: int | None, **new: Any) -> dict[str, Any]:
    """退货给经销商 (同一单号重复提交不会重复记录)"""
    actor = identity.current_actor()
    if from_dealer_id is not None or new["kind"] != "returned":
        raise errors.PartiesDoNotFit

    def sender(session: Session) -> Party:
        shop = channel.get_own_terminal(session, actor, from_terminal_id)
        return Party(shop.dealer_id, shop.id)

    return desk.record(sender, **new)


@terminal.post("/custody/documents/<int:document_id>/receipt")
@contract(
    accepts=schemas.NewReceiptSchema,
    returns=schemas.DocumentDetailSchema,
    errors=desk.RECEIVE_ERRORS,
    status=201,
)
def receive_goods(*, document_id: int, **new: Any) -> dict[str, Any]:
    """收货: 核对到货, 列出缺少和多出的码"""
    return desk.confirm(lambda session: queries.document(session, document_id), _mine, **new)


@terminal.post("/custody/documents/<int:document_id>/reversal")
@contract(returns=schemas.DocumentSchema, errors=desk.REVERSE_ERRORS, status=201)
def reverse_document(*, document_id: int) -> dict[str, Any]:
    """撤销自己 24 小时内开的单据"""
    return desk.take_back(document_id, _mine)


@terminal.get("/codes/<string:text>/goods")
@contract(returns=schemas.GoodsSchema, errors=desk.LOOK_ERRORS)
def look_at_goods(*, text: str) -> dict[str, Any]:
    """扫到的是什么货, 是否在本店名下"""
    return desk.look_at(text, _mine)


@terminal.get("/codes/<string:text>/way")
@contract(returns=schemas.WaySchema, errors=desk.LOOK_ERRORS)
def show_way(*, text: str) -> dict[str, Any]:
    """这个码与本店有关的来龙去脉"""
    return desk.way_of(text, _mine)
