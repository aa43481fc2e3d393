from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.attribution.models import DayTotal, Sale
from app.kit.ids import first_id_of


def sale_of(session: Session, *, source: str, source_id: str) -> Sale | None:
    return session.scalar(select(Sale).where(Sale.source == source, Sale.source_id == source_id))


def sales_after(session: Session, dealer_id: int, *, after: int, before: int, limit: int) -> Sequence[Sale]:
    """Sales that a dealer served, with ids between two bounds, ascending: for exports."""
    between = select(Sale).where(Sale.dealer_id == dealer_id, Sale.id > after, Sale.id < before)
    return session.scalars(between.order_by(Sale.id).limit(limit)).all()


def sales_between(session: Session, *, source: str, after: int, before: int, limit: int) -> Sequence[Sale]:
    """Sales of a source with ``after < id < before``, at most ``limit``, in the order of their ids."""
    between = select(Sale).where(Sale.id > after, Sale.id < before, Sale.source == source)
    return session.scalars(between.order_by(Sale.id).limit(limit)).all()


def sales_of(session: Session, *, source: str, source_ids: Sequence[str], terminal_id: int) -> Sequence[Sale]:
    """Which of the sources a terminal served; each is one step down the unique key."""
    wanted = select(Sale).where(Sale.source == source, Sale.source_id.in_(source_ids))
    return session.scalars(wanted.where(Sale.terminal_id == terminal_id).order_by(Sale.id)).all()


def recent_sales(session: Session, *, source: str, limit: int) -> Sequence[tuple[datetime, int, int | None, int]]:
    """The youngest sales as (at, person, terminal, dealer), oldest first: the seasons that simulations replay."""
    wanted = select(Sale.at, Sale.person_id, Sale.terminal_id, Sale.dealer_id).where(Sale.source == source)
    rows = session.execute(wanted.order_by(Sale.id.desc()).limit(limit)).all()
    return sorted(((at, person, shop, dealer) for at, person, shop, dealer in rows), key=lambda row: row[0])


PER_MINUTE = text("""
SELECT date_trunc('minute', at) AS minute, count(*) AS sales FROM (
  SELECT at, split_part(source_id, ':', 1)::bigint AS code_no FROM attribution_sale
  WHERE brand_id = :brand_id AND id >= :first AND source = 'claim' AND at >= :since
) recent WHERE code_no >= :lo AND code_no < :hi GROUP BY 1 ORDER BY 1""")


def claims_per_minute(session: Session, *, lo: int, hi: int, since: datetime) -> list[tuple[datetime, int]]:
    """How many codes of a range were claimed in each minute, without those in which none was."""
    bound = {"brand_id": session.info["brand_id"], "first": first_id_of(since), "lo": lo, "hi": hi, "since": since}
    return [(minute, int(sales)) for minute, sales in session.execute(PER_MINUTE, bound)]


def count_sales(session: Session, *, day: date | None = None) -> int:
    """Sales of a business day, or all, from the daily totals: a few seconds late, cheap at any size."""
    statement = select(func.coalesce(func.sum(DayTotal.sales), 0)).where(DayTotal.party_kind == "dealer")
    if day is not None:
        statement = statement.where(DayTotal.day == day)
    return int(session.scalar(statement) or 0)


def sales_by_terminal(session: Session, *, since: date, until: date) -> dict[int, int]:
    """Sales served per terminal over business days, both included, from the daily totals."""
    rows = session.execute(
        select(DayTotal.party_id, func.sum(DayTotal.sales))
        .where(DayTotal.party_kind == "terminal", DayTotal.day >= since, DayTotal.day <= until)
        .group_by(DayTotal.party_id)
    )
    return {party_id: int(sales) for party_id, sales in rows}


COUNTED = text("""
SELECT (SELECT count(*) FROM attribution_sale WHERE brand_id = :brand_id AND counted_at IS NOT NULL) AS sales,
  (SELECT coalesce(sum(sales), 0) FROM attribution_day_total
   WHERE brand_id = :brand_id AND party_kind = 'dealer') AS totals""")


def check_invariants(session: Session) -> list[str]:
    """Every counted sale stands in exactly one dealer's daily total."""
    sales, totals = session.execute(COUNTED, {"brand_id": session.info["brand_id"]}).one()
    return [] if sales == totals else [f"{sales} counted sales, {totals} in the daily totals"]
