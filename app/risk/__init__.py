"""Owns the question whether a claim is honest: observations, flags, block and allow lists, appeals."""

from app.risk.actions import NotPaid, end_turn, hold, note, remember, require_trust, take_turn
from app.risk.errors import Deferred, Refused, VerifyFirst
from app.risk.models import Held
from app.risk.queries import check_invariants, held_of_code, watch
from app.risk.rules import Asker, Reason, Seen, Watch, pack_of, reason_text

__all__ = [
    "Asker",
    "Deferred",
    "Held",
    "NotPaid",
    "Reason",
    "Refused",
    "Seen",
    "VerifyFirst",
    "Watch",
    "check_invariants",
    "end_turn",
    "held_of_code",
    "hold",
    "note",
    "pack_of",
    "reason_text",
    "remember",
    "require_trust",
    "take_turn",
    "watch",
]
