from app.scans.actions.claim import Decided, Won, claim, decide

__all__ = ["Decided", "Won", "claim", "decide"]
