from app.scans.actions.claim import Won, claim
from app.scans.actions.deciding import NOWHERE, Decided, Whence, decide
from app.scans.actions.hold import note_forbidden, note_guessing, note_held
from app.scans.actions.note import note_scan
from app.scans.actions.preview import Preview, Supposed, preview
from app.scans.actions.reports import NewReport, add_photo, answer_report, find_own, report_fake
from app.scans.actions.revoke import revoke_activation

__all__ = [
    "NOWHERE",
    "Decided",
    "NewReport",
    "Preview",
    "Supposed",
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
    "preview",
    "report_fake",
    "revoke_activation",
]
