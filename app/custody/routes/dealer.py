"""A dealer's people: the dealer's own goods, in and out."""

from typing import Any

from app import channel, identity
from app.custody import errors, queries, schemas
from app.custody.routes import desk, shown
from app.custody.rules import Party
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import PageQuery, page_schema
from app.kit.transaction import transaction

dealer = blueprint("custody", __name__, "dealer")
KINDS = ("received", "delivered", "transferred", "returned")


def _mine(_: object) -> tuple[Party, ...]:
    return queries.own_dealers(identity.current_actor())


@dealer.get("/custody/desk")
@contract(returns=schemas.DeskSchema)
def show_desk() -> dict[str, Any]:
    """本经销商可开的单据与往来对象"""
    own, names = _mine(None), channel.directory(brand_id())
    ids = tuple(party.dealer_id for party in own if party.dealer_id is not None)
    with transaction(brand_id()) as session:
        dealers = [partner for partner in queries.partner_dealers(session) if partner.id not in ids]
        terminals = queries.partner_terminals(session, ids)
    parties = [shown.party(names, party) for party in own]
    return {"kinds": KINDS, "parties": parties, "dealers": dealers, "terminals": terminals}


@dealer.get("/custody/documents")
@contract(query=PageQuery, returns=page_schema(schemas.DocumentSchema))
def list_documents(*, cursor: str | None, limit: int) -> dict[str, Any]:
    """本经销商的流向单据"""
    return desk.list_documents(_mine, cursor=cursor, limit=limit)


@dealer.get("/custody/documents/<int:document_id>")
@contract(returns=schemas.DocumentDetailSchema, errors=(errors.UnknownDocument,))
def show_document(*, document_id: int) -> dict[str, Any]:
    """一张流向单据与它的码"""
    return desk.show_document(document_id, _mine)


@dealer.post("/custody/documents")
@contract(accepts=schemas.NewDocumentSchema, returns=schemas.DocumentSchema, errors=desk.RECORD_ERRORS, status=201)
def record_document(*, from_dealer_id: int | None, from_terminal_id: int | None, **new: Any) -> dict[str, Any]:
    """调拨、铺货、退货 (同一单号重复提交不会重复记录)"""
    actor = identity.current_actor()
    return desk.record(
        lambda session: queries.dealer_sender(
            session, actor, from_dealer_id=from_dealer_id, from_terminal_id=from_terminal_id
        ),
        **new,
    )


@dealer.post("/custody/documents/<int:document_id>/receipt")
@contract(
    accepts=schemas.NewReceiptSchema,
    returns=schemas.DocumentDetailSchema,
    errors=desk.RECEIVE_ERRORS,
    status=201,
)
def receive_goods(*, document_id: int, **new: Any) -> dict[str, Any]:
    """收货: 核对到货, 列出缺少和多出的码"""
    return desk.confirm(lambda session: queries.document(session, document_id), _mine, **new)


@dealer.post("/custody/documents/<int:document_id>/reversal")
@contract(returns=schemas.DocumentSchema, errors=desk.REVERSE_ERRORS, status=201)
def reverse_document(*, document_id: int) -> dict[str, Any]:
    """撤销自己 24 小时内开的单据"""
    return desk.take_back(document_id, _mine)


@dealer.get("/codes/<string:text>/goods")
@contract(returns=schemas.GoodsSchema, errors=desk.LOOK_ERRORS)
def look_at_goods(*, text: str) -> dict[str, Any]:
    """扫到的是什么货, 是否在本经销商名下"""
    return desk.look_at(text, _mine)


@dealer.get("/codes/<string:text>/way")
@contract(returns=schemas.WaySchema, errors=desk.LOOK_ERRORS)
def show_way(*, text: str) -> dict[str, Any]:
    """这个码与本经销商有关的来龙去脉"""
    return desk.way_of(text, _mine)
