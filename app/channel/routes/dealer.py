from app import identity
from app.channel import schemas
from app.channel.queries import terminal_page, terminals_of_own_dealers
from app.channel.rules import TerminalFacts
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import Page, PageQuery, page_schema
from app.kit.transaction import transaction

dealer = blueprint("channel", __name__, "dealer")


@dealer.get("/terminals")
@contract(query=PageQuery, returns=page_schema(schemas.TerminalSchema))
def list_dealer_terminals(*, cursor: str | None, limit: int) -> Page[TerminalFacts]:
    """本经销商的门店"""
    statement = terminals_of_own_dealers(identity.current_actor())
    with transaction(brand_id()) as session:
        return terminal_page(session, statement, cursor=cursor, limit=limit)
