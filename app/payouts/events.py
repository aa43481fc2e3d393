"""What happened to withdrawals."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PayoutRequested:
    """Money left the wallet and waits to be sent."""

    cause: str
    payout_id: int
