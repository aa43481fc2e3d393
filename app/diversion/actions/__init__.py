"""Verbs: judge sightings, inspect, move a case file, say what follows and when it ends."""

from app.diversion.actions.ending import end_consequence
from app.diversion.actions.inspecting import Inspected, inspect
from app.diversion.actions.judging import judge_week
from app.diversion.actions.photographing import add_photo, forget_photo, keep_photo, photo_name
from app.diversion.actions.proceeding import decide, set_consequence, set_policy, speak
from app.diversion.actions.reviewing import mark_pooled, review, weeks_to_pool

__all__ = [
    "Inspected",
    "add_photo",
    "decide",
    "end_consequence",
    "forget_photo",
    "inspect",
    "judge_week",
    "keep_photo",
    "mark_pooled",
    "photo_name",
    "review",
    "set_consequence",
    "set_policy",
    "speak",
    "weeks_to_pool",
]
