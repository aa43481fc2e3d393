"""Budgets: how much may have been spent by a day, and how a budget is cut into purses that many claims share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Scope = Literal["all", "county", "dealer"]
PURSES = 8  # rows of one budget: a single one holds its lock through the commit (codes.md §4.2: 2.4 times slower)


@dataclass(frozen=True, slots=True)
class Budget:
    """Fen that a campaign may pay in all, in a county or for a dealer's goods; ``purse_ids`` in their order.

    With ``daily_fen`` the spending follows a curve: ``paced_fen`` until the day before ``paced_from``, then so
    much more every day. What was not spent carries over.
    """

    id: int
    scope: Scope
    key: str
    total_fen: int | None
    daily_fen: int | None
    paced_from: date
    paced_fen: int
    purse_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Spend:
    """One claim's draw on one budget: from which purse, and what that purse may hold spent, before transfers."""

    budget: Budget
    purse_no: int
    cap_fen: int

    @property
    def purse_id(self) -> int:
        return self.budget.purse_ids[self.purse_no]


def allowance(budget: Budget, day: date) -> int:
    """What a budget may have spent by the end of a business day."""
    if budget.daily_fen is None:
        return budget.total_fen or 0
    paced = budget.paced_fen + budget.daily_fen * max(0, (day - budget.paced_from).days + 1)
    return paced if budget.total_fen is None else min(paced, budget.total_fen)


def is_paced_out(budget: Budget, day: date) -> bool:
    """Whether a budget that has spent its allowance goes on tomorrow."""
    return budget.daily_fen is not None and (budget.total_fen is None or allowance(budget, day) < budget.total_fen)


def part_of(fen: int, parts: int, number: int) -> int:
    """The share of one of equal parts; all together they are the whole, and none shrinks when the whole grows."""
    return fen // parts + (number < fen % parts)


def spends(
    budgets: Sequence[Budget], *, code_no: int, counties: frozenset[str], dealer_id: int | None, day: date
) -> tuple[Spend, ...]:
    """The budgets that a claim draws on. A county counts only where it is certain: exactly one is known."""
    county = next(iter(counties)) if len(counties) == 1 else None
    keys = {"all": "", "county": county, "dealer": None if dealer_id is None else str(dealer_id)}
    return tuple(_spend(budget, code_no, day) for budget in budgets if budget.key == keys[budget.scope])


def _spend(budget: Budget, code_no: int, day: date) -> Spend:
    parts = len(budget.purse_ids)
    number = code_no % parts
    return Spend(budget, number, part_of(allowance(budget, day), parts, number))


def levelled(spent: Sequence[int], *, allowed: int, wanted: int, amount: int) -> tuple[int, ...] | None:
    """What each purse gets from the others, or gives, so that purse ``wanted`` can pay; they sum to zero.

    The rest is shared equally. None when all purses together have less than the amount.
    """
    rest = allowed - sum(spent) - amount
    if rest < 0:
        return None
    parts = len(spent)
    return tuple(
        fen + part_of(rest, parts, number) + (amount if number == wanted else 0) - part_of(allowed, parts, number)
        for number, fen in enumerate(spent)
    )
