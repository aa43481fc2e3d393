"""Who may claim, where and when. A condition blocks or defers a claim; it never moves a prize to another code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from app.kit.clock import SHANGHAI

Persons = Literal["any", "new", "returning"]
Reason = Literal["not_here", "not_now", "not_for_you"]
DAY_HOURS = 24
WEEK = frozenset(range(1, 8))
SHOWN = 20  # counties named in a refusal


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold for a claim; an empty part asks nothing.

    Places are those of the sale: the dealer, terminal and county (GB/T 2260) that the code's way names. Weekdays
    are ISO, 1 is Monday; ``hours`` is (from, to) of the business day and may pass midnight. ``new`` people have
    won nothing of the brand before.
    """

    version: int
    dealers: frozenset[int] = frozenset()
    counties: frozenset[str] = frozenset()
    terminals: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    hours: tuple[int, int] | None = None
    persons: Persons = "any"
    per_device_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """One person, place and time; unknown places are None or empty. Made once, judged for every campaign."""

    terminal_id: int | None
    dealer_id: int | None
    counties: frozenset[str]
    has_won: bool
    at: datetime
    weekday: int
    hour: int

    @classmethod
    def of(
        cls,
        *,
        terminal_id: int | None,
        dealer_id: int | None,
        counties: frozenset[str],
        has_won: bool,
        at: datetime,
    ) -> "Occasion":
        local = at.astimezone(SHANGHAI)
        return cls(terminal_id, dealer_id, counties, has_won, at, local.isoweekday(), local.hour)


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a claim is not paid now; ``cause`` names the condition."""

    reason: Reason
    cause: str
    details: Mapping[str, Any]


def blocked(conditions: Conditions, occasion: Occasion) -> Blocked | None:
    """The first condition that does not hold, places before times before people; None when all hold."""
    return (
        _elsewhere(conditions, occasion) or _untimely(conditions, occasion) or _somebody_else(conditions, occasion)
    )


def blocked_for_anybody(conditions: Conditions, occasion: Occasion) -> Blocked | None:
    """As `blocked`, for whoever explains a code without knowing who will claim it."""
    return _elsewhere(conditions, occasion) or _untimely(conditions, occasion)


def _elsewhere(conditions: Conditions, occasion: Occasion) -> Blocked | None:
    if conditions.terminals and occasion.terminal_id not in conditions.terminals:
        return Blocked("not_here", "terminal" if occasion.terminal_id else "case_not_opened", {})
    if conditions.dealers and occasion.dealer_id not in conditions.dealers:
        return Blocked("not_here", "dealer", {})
    if conditions.counties and conditions.counties.isdisjoint(occasion.counties):
        return Blocked("not_here", "county", {"counties": sorted(conditions.counties)[:SHOWN]})
    return None


def _untimely(conditions: Conditions, occasion: Occasion) -> Blocked | None:
    if not conditions.weekdays and conditions.hours is None:
        return None
    if _is_time(conditions, occasion.weekday, occasion.hour):
        return None
    cause = "weekday" if conditions.weekdays and occasion.weekday not in conditions.weekdays else "hour"
    return Blocked("not_now", cause, {"opens_at": opens_at(conditions, occasion.at).isoformat()})


def _somebody_else(conditions: Conditions, occasion: Occasion) -> Blocked | None:
    if conditions.persons == "any" or (conditions.persons == "returning") is occasion.has_won:
        return None
    return Blocked("not_for_you", conditions.persons, {})


def _is_time(conditions: Conditions, weekday: int, hour: int) -> bool:
    if conditions.weekdays and weekday not in conditions.weekdays:
        return False
    if conditions.hours is None:
        return True
    first, end = conditions.hours
    return first <= hour < end if first < end else hour >= first or hour < end


def opens_at(conditions: Conditions, at: datetime) -> datetime:
    """The next full hour at which the times of a campaign hold, in UTC."""
    moment = at.astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)
    for _ in range(len(WEEK) * DAY_HOURS + 1):
        moment += timedelta(hours=1)
        if _is_time(conditions, moment.isoweekday(), moment.hour):
            break
    return moment.astimezone(UTC)


def widens(old: Conditions, new: Conditions) -> bool:
    """Whether everybody who may claim under the old conditions may under the new: what was announced stays."""
    pairs = (
        (old.dealers, new.dealers),
        (old.counties, new.counties),
        (old.terminals, new.terminals),
        (old.weekdays, new.weekdays),
        (_hours(old), _hours(new)),
    )
    within = all(not after or (before and before <= after) for before, after in pairs)
    same_people = new.persons in ("any", old.persons)
    return within and same_people and _limit_widens(old.per_device_limit, new.per_device_limit)


def _hours(conditions: Conditions) -> frozenset[int]:
    hours = range(DAY_HOURS) if conditions.hours else ()
    return frozenset(hour for hour in hours if _is_time(Conditions(0, hours=conditions.hours), 1, hour))


def _limit_widens(old: int | None, new: int | None) -> bool:
    return new is None or (old is not None and new >= old)
