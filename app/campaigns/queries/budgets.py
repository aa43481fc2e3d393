"""Budgets as every process keeps them, what was spent of them, and the proof that both agree with the claims."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.campaigns.models import BudgetRow, PurseRow
from app.campaigns.rules import Budget


@dataclass(frozen=True, slots=True)
class BudgetState:
    """A budget, when it is low, since when it has been, and what was spent of it."""

    budget: Budget
    campaign_id: int
    low_percent: int
    is_alarmed: bool
    spent_fen: int


def budgets_by_campaign(session: Session, brand_id: int) -> dict[int, tuple[Budget, ...]]:
    rows = session.scalars(select(BudgetRow).where(BudgetRow.brand_id == brand_id).order_by(BudgetRow.id)).all()
    purses = _purses(session, brand_id, [row.id for row in rows])
    found: dict[int, tuple[Budget, ...]] = {}
    for row in rows:
        found[row.campaign_id] = (*found.get(row.campaign_id, ()), _budget(row, purses[row.id]))
    return found


def budgets_of(session: Session, campaign_id: int) -> tuple[Budget, ...]:
    return tuple(state.budget for state in budget_states(session, campaign_id))


def budget_states(session: Session, campaign_id: int | None = None) -> list[BudgetState]:
    """All budgets of a campaign, or of the brand, with what was spent."""
    brand_id = session.info["brand_id"]
    wanted = select(BudgetRow).where(BudgetRow.brand_id == brand_id).order_by(BudgetRow.id)
    if campaign_id is not None:
        wanted = wanted.where(BudgetRow.campaign_id == campaign_id)
    rows = session.scalars(wanted).all()
    purses = _purses(session, brand_id, [row.id for row in rows])
    spent = _spent(session, brand_id, [row.id for row in rows])
    return [
        BudgetState(
            _budget(row, purses[row.id]),
            row.campaign_id,
            row.low_percent,
            row.alarmed_at is not None,
            spent[row.id],
        )
        for row in rows
    ]


def _purses(session: Session, brand_id: int, budget_ids: Iterable[int]) -> dict[int, list[int]]:
    wanted = select(PurseRow.budget_id, PurseRow.id).where(
        PurseRow.brand_id == brand_id, PurseRow.budget_id.in_(budget_ids)
    )
    found: dict[int, list[int]] = {}
    for budget_id, purse_id in session.execute(wanted.order_by(PurseRow.budget_id, PurseRow.purse_no)):
        found.setdefault(budget_id, []).append(purse_id)
    return found


def _spent(session: Session, brand_id: int, budget_ids: Iterable[int]) -> dict[int, int]:
    summed = (
        select(PurseRow.budget_id, func.sum(PurseRow.spent_fen))
        .where(PurseRow.brand_id == brand_id, PurseRow.budget_id.in_(budget_ids))
        .group_by(PurseRow.budget_id)
    )
    return {budget_id: int(fen) for budget_id, fen in session.execute(summed)}


def _budget(row: BudgetRow, purse_ids: Sequence[int]) -> Budget:
    return Budget(
        id=row.id,
        scope=row.scope,  # type: ignore[arg-type]  # the column's check allows the same three
        key=row.key,
        total_fen=row.total_fen,
        daily_fen=row.daily_fen,
        paced_from=row.paced_from,
        paced_fen=row.paced_fen,
        purse_ids=tuple(purse_ids),
    )


MISCOUNTED = text("""
SELECT budget.id FROM campaigns_budget budget
CROSS JOIN LATERAL (
  SELECT sum(spent_fen) AS spent, sum(moved_fen) AS moved FROM campaigns_purse
  WHERE brand_id = :brand_id AND budget_id = budget.id
) purses
CROSS JOIN LATERAL (
  SELECT coalesce(sum(amount_fen), 0) AS spent FROM campaigns_spending
  WHERE brand_id = :brand_id AND budget_id = budget.id
) claims
WHERE budget.brand_id = :brand_id
  AND (purses.moved <> 0 OR purses.spent <> claims.spent OR purses.spent > budget.total_fen) LIMIT 20""")
# What the ledger says that each claim of a campaign with a budget has cost it.
UNPROVED = text("""
WITH cost AS (
  SELECT account.party_id AS campaign_id, made.cause, sum(posting.amount) AS fen
  FROM ledger_account account
  JOIN ledger_posting posting ON posting.brand_id = :brand_id AND posting.source_id = account.id
  JOIN ledger_transaction made ON made.brand_id = :brand_id AND made.id = posting.transaction_id
  WHERE account.brand_id = :brand_id AND account.kind = 'budget' AND made.kind = 'claim' AND account.party_id IN
    (SELECT campaign_id FROM campaigns_budget WHERE brand_id = :brand_id)
  GROUP BY account.party_id, made.cause
), counted AS (
  SELECT budget.campaign_id, budget.scope, 'claim:' || code_no || ':' || share_no AS cause, amount_fen AS fen
  FROM campaigns_budget budget
  JOIN campaigns_spending spending ON spending.brand_id = :brand_id AND spending.budget_id = budget.id
  WHERE budget.brand_id = :brand_id
)
SELECT counted.cause FROM counted LEFT JOIN cost USING (campaign_id, cause)
WHERE counted.fen IS DISTINCT FROM cost.fen
UNION ALL
SELECT cost.cause FROM cost LEFT JOIN counted ON counted.campaign_id = cost.campaign_id
  AND counted.cause = cost.cause AND counted.scope = 'all'
WHERE counted.cause IS NULL AND EXISTS (
  SELECT FROM campaigns_budget WHERE brand_id = :brand_id AND campaign_id = cost.campaign_id AND scope = 'all')
LIMIT 20""")


def unproved_budgets(session: Session) -> list[str]:
    """Counters, spendings and the ledger's postings tell the same, and no budget was passed."""
    bound = {"brand_id": session.info["brand_id"]}
    wrong = [f"budget {one}: counters and claims differ" for one in session.execute(MISCOUNTED, bound).scalars()]
    return wrong + [f"{cause}: not as its budget says" for cause in session.execute(UNPROVED, bound).scalars()]
