from datetime import datetime

from sqlalchemy import text

from app.kit import ids
from app.kit.clock import business_day
from app.kit.transaction import transaction

COUNT = text(
    "UPDATE attribution_sale SET counted_at = :at WHERE brand_id = :brand_id AND id = :id AND counted_at IS NULL"
    " RETURNING terminal_id, dealer_id, at"
)
ADD = text(
    "INSERT INTO attribution_day_total (brand_id, id, party_kind, party_id, day, sales)"
    " VALUES (:brand_id, :id, :party_kind, :party_id, :day, 1) ON CONFLICT (brand_id, party_kind, party_id, day)"
    " DO UPDATE SET sales = attribution_day_total.sales + 1"
)


def count_sale(*, brand_id: int, sale_id: int, at: datetime) -> None:
    """Enter a sale into the daily totals of its dealer and terminal, once however often it runs."""
    with transaction(brand_id) as session:
        sale = session.execute(COUNT, {"brand_id": brand_id, "id": sale_id, "at": at}).one_or_none()
        if sale is None:
            return
        for party_kind, party_id in (("dealer", sale.dealer_id), ("terminal", sale.terminal_id)):
            if party_id is not None:
                bound = {"party_kind": party_kind, "party_id": party_id, "day": business_day(sale.at)}
                session.execute(ADD, bound | {"brand_id": brand_id, "id": ids.new_id()})
