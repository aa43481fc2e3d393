from app.scans.actions.claim import Won, claim
from app.scans.actions.deciding import Decided, decide
from app.scans.actions.note import note_scan
from app.scans.actions.preview import Preview, Supposed, preview
from app.scans.actions.reports import NewReport, add_photo, answer_report, find_own, report_fake
from app.scans.actions.revoke import revoke_activation

__all__ = [
    "Decided",
    "NewReport",
    "Preview",
    "Supposed",
    "Won",
    "add_photo",
    "answer_report",
    "claim",
    "decide",
    "find_own",
    "note_scan",
    "preview",
    "report_fake",
    "revoke_activation",
]
