"""Reads: the book that every process remembers, what a campaign shows, the proof of its counts."""

from app.campaigns.queries.book import (
    Book,
    Campaign,
    book,
    check_invariants,
    conditions_by_campaign,
    conditions_of,
    drawn,
    get_campaign,
    read_conditions,
    seed_context,
    seed_of,
    tallies_of,
    tiers_of,
)
from app.campaigns.queries.budgets import BudgetState, budget_states, budgets_of

__all__ = [
    "Book",
    "BudgetState",
    "Campaign",
    "book",
    "budget_states",
    "budgets_of",
    "check_invariants",
    "conditions_by_campaign",
    "conditions_of",
    "drawn",
    "get_campaign",
    "read_conditions",
    "seed_context",
    "seed_of",
    "tallies_of",
    "tiers_of",
]
