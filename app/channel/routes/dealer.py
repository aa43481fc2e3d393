from typing import Any

from sqlalchemy import select

from app import identity
from app.channel import schemas
from app.channel.models import Dealer, Terminal
from app.channel.queries import terminal_page, terminals_like
from app.channel.routes.records import own_dealers
from app.channel.rules import TerminalFacts
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import Page, page_schema
from app.kit.transaction import transaction

dealer = blueprint("channel", __name__, "dealer")


@dealer.get("/dealers")
@contract(returns=schemas.OwnDealersSchema)
def list_own_dealers() -> dict[str, Any]:
    """我为哪些经销商工作, 是什么角色"""
    grants = [grant for grant in identity.current_actor().roles if grant.scope_kind == "dealer"]
    with transaction(brand_id()) as session:
        mine = select(Dealer.id, Dealer.name).where(Dealer.id.in_([grant.scope_id for grant in grants]))
        names = {row.id: row.name for row in session.execute(mine.where(Dealer.state == "active"))}
    held = [(grant.scope_id, grant.role) for grant in grants if grant.scope_id in names]
    return {"items": [{"id": each, "name": names[each], "role": role} for each, role in held]}


@dealer.get("/terminals")
@contract(query=schemas.DealerQuery, returns=page_schema(schemas.TerminalSchema))
def list_dealer_terminals(
    *, q: str | None, state: str | None, cursor: str | None, limit: int
) -> Page[TerminalFacts]:
    """本经销商的门店, 可按名称、区县或手机号查找"""
    mine = own_dealers("dealer", "salesman")
    with transaction(brand_id()) as session:
        found = terminals_like(session, q, state=state).where(Terminal.dealer_id.in_(mine))
        return terminal_page(session, found, cursor=cursor, limit=limit)
