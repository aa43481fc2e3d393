"""The brand's figures at a glance, from daily totals and roll-ups: cheap whatever the number of claims."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app import attribution, codes, ledger


def overview(session: Session, *, today: date) -> dict[str, Any]:
    """Codes minted and activated, claims so far and today (seconds late), and what all budgets paid in fen."""
    return {
        "codes": codes.totals(session),
        "claims": attribution.count_sales(session),
        "sales_today": attribution.count_sales(session, day=today),
        "paid_fen": -ledger.balance_of_kind(session, "budget"),
    }
