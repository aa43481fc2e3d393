"""The story of one scan, in order: look, judge, claim, explain."""

from app.scans.actions import Won, claim
from app.scans.errors import LostRace, StaleMemory
from app.scans.queries import Known, explain, known

__all__ = ["Known", "LostRace", "StaleMemory", "Won", "claim", "explain", "known"]
