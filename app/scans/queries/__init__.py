from app.scans.queries.explanation import explain
from app.scans.queries.known import Known, known
from app.scans.queries.overview import overview
from app.scans.queries.verdict import carries_prize, instant, look, unknown_verdict, verdict

__all__ = [
    "Known",
    "carries_prize",
    "explain",
    "instant",
    "known",
    "look",
    "overview",
    "unknown_verdict",
    "verdict",
]
