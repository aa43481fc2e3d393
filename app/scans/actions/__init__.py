from app.scans.actions.claim import Decided, Won, claim, decide
from app.scans.actions.note import note_scan
from app.scans.actions.revoke import revoke_activation

__all__ = ["Decided", "Won", "claim", "decide", "note_scan", "revoke_activation"]
