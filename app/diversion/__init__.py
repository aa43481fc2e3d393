"""Owns the question whether goods were sold where they were not shipped to: evidence, scores, case files."""

from app.diversion.actions import decide, inspect, review, set_consequence, speak
from app.diversion.events import ConsequenceSet
from app.diversion.queries import areas_of, check_invariants

__all__ = [
    "ConsequenceSet",
    "areas_of",
    "check_invariants",
    "decide",
    "inspect",
    "review",
    "set_consequence",
    "speak",
]
