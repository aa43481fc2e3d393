from app.scans.actions.claim import Decided, Whence, Won, claim, decide
from app.scans.actions.hold import note_forbidden, note_guessing, note_held
from app.scans.actions.note import note_scan
from app.scans.actions.reports import NewReport, add_photo, answer_report, find_own, report_fake
from app.scans.actions.revoke import revoke_activation

__all__ = [
    "Decided",
    "NewReport",
    "Whence",
    "Won",
    "add_photo",
    "answer_report",
    "claim",
    "decide",
    "find_own",
    "note_forbidden",
    "note_guessing",
    "note_held",
    "note_scan",
    "report_fake",
    "revoke_activation",
]
