from app.payouts.actions.settling import apply_answer, give_back, receive_notification
from app.payouts.actions.submitting import Attempt, begin_attempt, lease_due, note_refusal
from app.payouts.actions.withdrawing import withdraw

__all__ = [
    "Attempt",
    "apply_answer",
    "begin_attempt",
    "give_back",
    "lease_due",
    "note_refusal",
    "receive_notification",
    "withdraw",
]
