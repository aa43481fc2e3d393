"""Money that a campaign may pay: drawn on in the claim's own statement, never passed by one fen."""

import functools
from collections.abc import Sequence
from datetime import datetime

from app.campaigns.errors import BudgetExhausted
from app.campaigns.rules import Spend, allowance, is_paced_out, levelled
from app.kit.clock import business_day, day_bounds
from app.kit.database import Scope, raw
from app.kit.ids import new_ids
from app.kit.statement import Change, Columns

SPENDS = Columns("spend", id="bigint", budget_id="bigint", purse_id="bigint", cap_fen="bigint")
HOLD = """
SELECT budget_id, spent_fen FROM campaigns_purse WHERE brand_id = %s AND id = ANY(%s::bigint[])
ORDER BY id FOR UPDATE"""
MOVE = "UPDATE campaigns_purse SET moved_fen = %s WHERE brand_id = %s AND id = %s"


def spend_change(
    spends: Sequence[Spend], *, brand_id: int, code_no: int, share_no: int, amount_fen: int, at: datetime
) -> Change:
    """A claim's draw on all its budgets as a part of a larger statement, undone as `BudgetExhausted`.

    It must come before the other parts: whoever levels the purses holds them first, too.
    """
    rows = sorted((spend.purse_id, spend.budget.id, spend.cap_fen) for spend in spends)
    given = [
        (row_id, budget_id, purse_id, cap)
        for row_id, (purse_id, budget_id, cap) in zip(new_ids(len(rows)), rows, strict=True)
    ]
    params = {
        "brand_id": brand_id,
        "code_no": code_no,
        "campaigns_share_no": share_no,
        "campaigns_spent_fen": amount_fen,
        "at": at,
    }
    spent = f"(SELECT count(*) FROM campaigns_spent) = {len(rows)}"  # noqa: S608  # a number
    return Change(_spend(len(rows)), spent, params | SPENDS.params(*given), BudgetExhausted)


@functools.cache
def _spend(count: int) -> str:
    """Locks first and in the order of ids, so that two claims never wait for each other."""
    rows = SPENDS.sql(count)
    return f"""campaigns_held AS (
SELECT purse.id FROM campaigns_purse purse JOIN {rows} ON spend.purse_id = purse.id
WHERE purse.brand_id = %(brand_id)s ORDER BY purse.id FOR UPDATE OF purse),
campaigns_spent AS (
UPDATE campaigns_purse purse SET spent_fen = purse.spent_fen + %(campaigns_spent_fen)s::bigint
FROM campaigns_held held JOIN {rows} ON spend.purse_id = held.id
WHERE purse.brand_id = %(brand_id)s AND purse.id = held.id
  AND purse.spent_fen + %(campaigns_spent_fen)s::bigint <= spend.cap_fen + purse.moved_fen
RETURNING spend.id, spend.budget_id),
campaigns_spending_written AS (
INSERT INTO campaigns_spending (brand_id, id, budget_id, code_no, share_no, amount_fen, at)
SELECT %(brand_id)s, id, budget_id, %(code_no)s, %(campaigns_share_no)s, %(campaigns_spent_fen)s::bigint, %(at)s
FROM campaigns_spent)"""  # noqa: S608  # names of columns


def level_purses(session: Scope, spends: Sequence[Spend], *, amount_fen: int, at: datetime) -> None:
    """Hold all purses of these budgets until the commit and move what is left to where this claim needs it.

    Raises `BudgetExhausted` when there is less than the amount in all of them together; `details.opens_at` says
    when a paced budget goes on.
    """
    brand_id, connection, day = session.info["brand_id"], raw(session), business_day(at)
    ids = [purse_id for spend in spends for purse_id in spend.budget.purse_ids]
    held = connection.execute(HOLD, (brand_id, ids)).fetchall()
    for spend in spends:
        spent = [fen for budget_id, fen in held if budget_id == spend.budget.id]
        allowed = allowance(spend.budget, day)
        moved = levelled(spent, allowed=allowed, wanted=spend.purse_no, amount=amount_fen)
        if moved is None:
            raise exhausted(spend, at)
        for purse_id, fen in zip(spend.budget.purse_ids, moved, strict=True):
            connection.execute(MOVE, (fen, brand_id, purse_id))


def exhausted(spend: Spend, at: datetime) -> BudgetExhausted:
    day = business_day(at)
    if not is_paced_out(spend.budget, day):
        return BudgetExhausted()
    _, tomorrow = day_bounds(day)
    return BudgetExhausted(opens_at=tomorrow.isoformat())
