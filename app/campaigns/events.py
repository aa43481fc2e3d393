from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BudgetLow:
    """A budget has come to its alarm; ``left_fen`` is what may still be spent of ``total_fen``."""

    cause: str
    campaign_id: int
    budget_id: int
    left_fen: int
    total_fen: int
