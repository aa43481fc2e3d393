from sqlalchemy import select

from app import identity
from app.attribution.models import Sale
from app.attribution.schemas import SaleSchema
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import Page, PageQuery, page, page_schema
from app.kit.transaction import transaction

dealer = blueprint("attribution", __name__, "dealer")
BLUEPRINTS = (dealer,)


@dealer.get("/sales")
@contract(query=PageQuery, returns=page_schema(SaleSchema))
def list_sales(*, cursor: str | None, limit: int) -> Page[Sale]:
    """本经销商服务的销售"""
    mine = identity.scope_ids(identity.current_actor(), "dealer", "salesman")
    with transaction(brand_id()) as session:
        found = select(Sale).where(Sale.dealer_id.in_(mine))
        return page(session, found, Sale.id, cursor=cursor, limit=limit)
