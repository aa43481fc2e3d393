"""Owns money that leaves: withdrawals from a wallet to a person's WeChat, each sent and settled exactly once."""

from app.payouts.actions import withdraw
from app.payouts.errors import AmountTooLarge, AmountTooSmall, NoPayeeAccount, NotOffered, PayoutUnknown
from app.payouts.events import PayoutRequested
from app.payouts.queries import check_invariants, get_own_payout

__all__ = [
    "AmountTooLarge",
    "AmountTooSmall",
    "NoPayeeAccount",
    "NotOffered",
    "PayoutRequested",
    "PayoutUnknown",
    "check_invariants",
    "get_own_payout",
    "withdraw",
]
