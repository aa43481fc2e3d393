"""What may happen to a case file: who may do what in which state, until when, and what may follow."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

State = Literal["suspected", "notified", "answered", "upheld", "dismissed", "appealed", "final"]
Side = Literal["system", "brand", "dealer"]
Verdict = Literal["upheld", "dismissed"]
Standing = Literal["planned", "in_force", "ended"]
STATES: tuple[State, ...] = ("suspected", "notified", "answered", "upheld", "dismissed", "appealed", "final")
SHOWN_TO_DEALER: tuple[State, ...] = STATES[1:]
STAGES = ("notice", "talk", "suspend_rebates", "stop_supply")
HARD_STAGES = STAGES[2:]
STANDINGS: tuple[Standing, ...] = ("planned", "in_force", "ended")


@dataclass(frozen=True, slots=True)
class Move:
    """A transition: from which states, to which, by whom, and the verdict it leaves behind."""

    before: tuple[State, ...]
    after: State
    side: Side
    verdict: Verdict | None = None


MOVES: Mapping[str, Move] = {
    "notify": Move(("suspected",), "notified", "brand"),
    "answer": Move(("notified",), "answered", "dealer"),
    "uphold": Move(("notified", "answered"), "upheld", "brand", "upheld"),
    "dismiss": Move(("suspected", "notified", "answered"), "dismissed", "brand", "dismissed"),
    "appeal": Move(("upheld",), "appealed", "dealer"),
    "confirm": Move(("appealed",), "final", "brand", "upheld"),
    "lift": Move(("appealed",), "final", "brand", "dismissed"),
}
DECISIONS = tuple(name for name, move in MOVES.items() if move.side == "brand")


def awaits_answer(name: str, state: str, answer_by: datetime | None, at: datetime) -> bool:
    """A notified dealer is heard, or lets the time pass, before anything is upheld."""
    return name == "uphold" and state == "notified" and answer_by is not None and at < answer_by


def judges_itself(name: str, by: int, upheld_by: Collection[int | None]) -> bool:
    """An appeal is decided by a second pair of eyes: never by somebody who upheld the file."""
    return "appealed" in MOVES[name].before and by in upheld_by


def is_too_late(name: str, appeal_by: datetime | None, at: datetime) -> bool:
    return name == "appeal" and appeal_by is not None and at >= appeal_by


def may_follow(stage: str, *, state: str, verdict: str | None, appeal_by: datetime | None, at: datetime) -> bool:
    """Notice and talk may follow an upheld file at once; what costs money waits until nobody can appeal."""
    if verdict != "upheld" or state not in {"upheld", "final"}:
        return False
    standing = state == "final" or (appeal_by is not None and at >= appeal_by)
    return standing or stage not in HARD_STAGES


def standing(starts_on: date, ended_at: datetime | None, today: date) -> Standing:
    """How a consequence stands on a business day; one may be ended before it has begun."""
    if ended_at is not None:
        return "ended"
    return "in_force" if starts_on <= today else "planned"


def open_moves(state: str, side: Side) -> tuple[str, ...]:
    """What one side may try in a state, for the buttons of its page; deadlines may still refuse it."""
    return tuple(name for name, move in MOVES.items() if move.side == side and state in move.before)
