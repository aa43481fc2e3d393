from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from app.commissions.models import Commission, RuleRow, Suspension
from app.commissions.rules import Rule
from app.kit.clock import day_bounds
from app.kit.ids import first_id_of
from app.kit.paging import Page, page


@dataclass(frozen=True, slots=True)
class Earnings:
    """A terminal's business day: sums in fen over the whole day, lines of one page."""

    day: date
    total_fen: int
    held_fen: int
    count: int
    lines: Page[Commission]


def rules_by_id(session: Session, brand_id: int) -> dict[int, Rule]:
    rows = session.scalars(select(RuleRow).where(RuleRow.brand_id == brand_id))
    return {row.id: Rule(row.id, row.name, row.version, row.terminal_fen, row.dealer_fen) for row in rows}


def suspended_since(session: Session, brand_id: int) -> dict[int, datetime]:
    """The dealers whose own share is or will be held, with the first instant of the first such day."""
    open_ones = select(Suspension.dealer_id, func.min(Suspension.starts_on)).where(
        Suspension.brand_id == brand_id, Suspension.ended_at.is_(None)
    )
    rows = session.execute(open_ones.group_by(Suspension.dealer_id))
    return {dealer_id: day_bounds(starts_on)[0] for dealer_id, starts_on in rows}


def commissions_of(session: Session, *, source: str, source_id: str) -> Sequence[Commission]:
    statement = select(Commission).where(Commission.source == source, Commission.source_id == source_id)
    return session.scalars(statement.order_by(Commission.role.desc())).all()


def earnings(
    session: Session, terminal_ids: Sequence[int], day: date, *, cursor: str | None, limit: int
) -> Earnings:
    """What terminals earned on a business day; ids are ordered by time, so the day is a range of ids."""
    lines = page(session, _of_day(terminal_ids, day), Commission.id, cursor=cursor, limit=limit)
    of_day = _of_day(terminal_ids, day).subquery()
    sums = session.execute(
        select(
            func.coalesce(func.sum(of_day.c.amount_fen).filter(of_day.c.outcome == "paid"), 0),
            func.coalesce(func.sum(of_day.c.amount_fen).filter(of_day.c.outcome == "held"), 0),
            func.count(),
        )
    ).one()
    return Earnings(day, int(sums[0]), int(sums[1]), int(sums[2]), lines)


def _of_day(terminal_ids: Sequence[int], day: date) -> Select[Commission]:
    start, end = day_bounds(day)
    return select(Commission).where(
        Commission.role == "terminal",
        Commission.party_id.in_(terminal_ids),
        Commission.id >= first_id_of(start),
        Commission.id < first_id_of(end),
    )


def commissions_after(
    session: Session, *, role: str, party_id: int, after: int, before: int, limit: int
) -> Sequence[Commission]:
    """What one party got or did not get, with ids between two bounds, ascending: for exports."""
    between = select(Commission).where(
        Commission.role == role,
        Commission.party_id == party_id,
        Commission.id > after,
        Commission.id < before,
    )
    return session.scalars(between.order_by(Commission.id).limit(limit)).all()


PAID_AND_NOT_POSTED = text("""
SELECT c.source, c.source_id, c.role FROM commissions_commission c
WHERE c.brand_id = :brand_id AND c.outcome = 'paid' AND NOT EXISTS (
  SELECT FROM ledger_transaction t
  JOIN ledger_posting p ON p.brand_id = :brand_id AND p.transaction_id = t.id
  WHERE t.brand_id = :brand_id AND t.cause = c.source || ':' || c.source_id
    AND p.reason = c.role || '_commission' AND p.amount = c.amount_fen)
LIMIT 20""")

SUMS_DIFFER = text("""
SELECT (SELECT coalesce(sum(amount_fen), 0) FROM commissions_commission
   WHERE brand_id = :brand_id AND outcome = 'paid') AS paid,
  (SELECT coalesce(sum(amount), 0) FROM ledger_posting
   WHERE brand_id = :brand_id AND reason IN ('terminal_commission', 'dealer_commission')) AS posted""")


def check_invariants(session: Session) -> list[str]:
    """Paid commissions and what the ledger paid as commissions are the same, one by one and in sum."""
    bound = {"brand_id": session.info["brand_id"]}
    wrong = [
        f"commission {source}:{source_id} {role}: paid but not posted"
        for source, source_id, role in session.execute(PAID_AND_NOT_POSTED, bound)
    ]
    paid, posted = session.execute(SUMS_DIFFER, bound).one()
    return wrong if paid == posted else [*wrong, f"paid commissions {paid} fen, posted commissions {posted} fen"]
