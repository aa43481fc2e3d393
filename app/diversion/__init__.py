"""Owns the question whether goods were sold where they were not shipped to: evidence, scores, case files."""

from app.diversion.actions import decide, end_consequence, inspect, review, set_consequence, speak
from app.diversion.events import ConsequenceEnded, ConsequenceSet
from app.diversion.queries import areas_of, check_invariants

__all__ = [
    "ConsequenceEnded",
    "ConsequenceSet",
    "areas_of",
    "check_invariants",
    "decide",
    "end_consequence",
    "inspect",
    "review",
    "set_consequence",
    "speak",
]
