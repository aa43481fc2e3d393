from app import identity
from app.channel import schemas
from app.channel.queries import own_terminals, terminal_page
from app.channel.rules import TerminalFacts
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import Page, PageQuery, page_schema
from app.kit.transaction import transaction

terminal = blueprint("channel", __name__, "terminal")


@terminal.get("/terminals")
@contract(query=PageQuery, returns=page_schema(schemas.TerminalSchema))
def list_own_terminals(*, cursor: str | None, limit: int) -> Page[TerminalFacts]:
    """我的门店"""
    statement = own_terminals(identity.current_actor())
    with transaction(brand_id()) as session:
        return terminal_page(session, statement, cursor=cursor, limit=limit)
