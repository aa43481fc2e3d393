from typing import Any

from app import identity
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import page_schema
from app.kit.transaction import transaction
from app.rewards import queries
from app.rewards.routes import shown
from app.rewards.schemas import DayQuery, DaySchema

dealer = blueprint("rewards", __name__, "dealer")


@dealer.get("/redemption-days")
@contract(query=DayQuery, returns=page_schema(DaySchema))
def days_of_my_shops(*, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """我的门店每天核销多少、要补多少货"""
    mine = identity.scope_ids(identity.current_actor(), "dealer", "salesman")
    with transaction(brand_id()) as session:
        found = queries.day_page(session, dealers=mine, state=state, cursor=cursor, limit=limit)
    return {"items": [shown.day(row) for row in found.items], "next_cursor": found.next_cursor}
