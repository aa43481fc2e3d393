"""Verbs: note and judge, decide in the claim, keep the lists, join persons."""

from app.risk.actions.deciding import NotPaid, hold, require_trust
from app.risk.actions.joining import join_persons
from app.risk.actions.listing import NewEntry, add_entry, decide_appeal, lift, lodge_appeal, set_limits
from app.risk.actions.noting import end_turn, forget_old, note, note_rank, remember, take_turn

__all__ = [
    "NewEntry",
    "NotPaid",
    "add_entry",
    "decide_appeal",
    "end_turn",
    "forget_old",
    "hold",
    "join_persons",
    "lift",
    "lodge_appeal",
    "note",
    "note_rank",
    "remember",
    "require_trust",
    "set_limits",
    "take_turn",
]
