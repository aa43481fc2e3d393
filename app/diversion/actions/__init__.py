"""Verbs: judge sightings, inspect, move a case file, say what follows."""

from app.diversion.actions.inspecting import Inspected, inspect
from app.diversion.actions.photographing import add_photo, forget_photo, keep_photo, photo_name
from app.diversion.actions.proceeding import decide, set_consequence, set_policy, speak
from app.diversion.actions.reviewing import review

__all__ = [
    "Inspected",
    "add_photo",
    "decide",
    "forget_photo",
    "inspect",
    "keep_photo",
    "photo_name",
    "review",
    "set_consequence",
    "set_policy",
    "speak",
]
