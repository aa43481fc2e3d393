"""The signals of one person, in the order of what they cost; each speaks with its figure and its threshold."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from app.risk.rules.chance import is_beyond
from app.risk.rules.limits import SIGMA_CHANCE, Limits
from app.risk.rules.observing import (
    DAY,
    HOUR,
    MONTH,
    WEEK,
    Asked,
    Seen,
    is_at_night,
    jumps,
    longest_run,
    packs,
    scattered,
    whole_packs,
)

# How often ordinary people show it, of a thousand cases; `unsold` is measured, see `Facts.unsold_per_mille`.
FAR, HANDLED, OLD, BARE = 80, 50, 60, 30
UNSOLD_IS_COMMON = 300  # a brand whose shops do not open cases by scan learns nothing from unopened ones
MOST_OF_A_CASE = 10
TWICE_BEYOND = 3  # so that one more than a small threshold does not weigh twice
HIGH_RANK, HIGHEST_RANK = 3, 4
POINTS = {
    "canary": 130,
    "leaks": 60,
    "velocity_hour": 30,
    "velocity_day": 10,
    "velocity_month": 60,
    "newcomer": 60,
    "scatter_hour": 40,
    "scatter_day": 40,
    "scatter_week": 40,
    "scatter_month": 40,
    "whole_cases": 60,
    "unsold_cases": 60,
    "unsold": 20,
    "run": 10,
    "dealers": 30,
    "far": 20,
    "handled": 40,
    "bare": 30,
    "old": 20,
    "night": 20,
    "travel": 30,
    "device": 30,
    "address": 10,
    "company": 40,
    "company_many": 80,
    "rank_3": 30,
    "rank_4": 50,
}
DOUBLED = frozenset(("scatter_hour", "scatter_day", "scatter_week", "scatter_month", "device"))


@dataclass(frozen=True, slots=True)
class Reason:
    """A signal with the figure it was about, the threshold that this passed, and what it weighs."""

    signal: str
    figure: int
    threshold: int
    points: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of a person: the newest observations, the oldest first, and what others are known for.

    ``tainted`` are the cases on the list, ``crowd`` counts the persons of the last device, ``unsold_per_mille``
    says how many of a thousand of the brand's claims are of cases that no shop has opened.
    """

    history: Sequence[Seen]
    rank: int | None = None
    tainted: AbstractSet[int] = frozenset()
    crowd: int = 1
    address_is_suspect: bool = False
    unsold_per_mille: int = 1000


def signals_of(facts: Facts, limits: Limits, *, at: datetime) -> tuple[Reason, ...]:
    """Why a person is not simply paid; equal input gives equal output."""
    asked = Asked.of(facts.history)
    month = asked.since(at, MONTH)
    return tuple(
        reason
        for reason in (
            *_forbidden(facts, limits, at),
            *_velocity(asked, limits, at),
            *_scatter(asked, limits, at),
            *_adjacency(asked, facts, limits, at),
            *_habits(month, facts, limits),
            *_travel(asked, limits, at),
            *_company(month, facts, limits),
        )
        if reason is not None
    )


def _over(signal: str, figure: int, threshold: int) -> Reason | None:
    """A figure above its threshold; half as much again weighs twice where more is worse."""
    if figure <= threshold:
        return None
    times = 2 if signal in DOUBLED and figure * 2 > threshold * 3 + TWICE_BEYOND else 1
    return Reason(signal, figure, threshold, POINTS[signal] * times)


def _forbidden(facts: Facts, limits: Limits, at: datetime) -> Iterator[Reason | None]:
    """Codes that nobody can hold honestly: never meant for goods, not yet released, withdrawn."""
    recent = [seen for seen in facts.history if seen.kind in {"leak", "canary"} and seen.at > at - MONTH]
    yield _over("canary", sum(seen.kind == "canary" for seen in recent), 0)
    leaks = {seen.code_no for seen in recent if seen.kind == "leak" and seen.at > at - WEEK}
    yield _over("leaks", len(leaks), limits.leaks_week)


def _velocity(asked: Asked, limits: Limits, at: datetime) -> Iterator[Reason | None]:
    yield _over("velocity_hour", len(asked.since(at, HOUR)), limits.codes_hour)
    yield _over("velocity_day", len(asked.since(at, DAY)), limits.codes_day)
    yield _over("velocity_month", len(asked.since(at, MONTH)), limits.codes_month)


def _scatter(asked: Asked, limits: Limits, at: datetime) -> Iterator[Reason | None]:
    """Few codes each of many cases: what collectors of caps bring, and hosts of banquets do not."""
    hour = scattered(asked.since(at, HOUR))
    yield _over("scatter_hour", hour, limits.cases_hour)
    if asked.first_at is not None and asked.first_at > at - DAY:
        yield _over("newcomer", hour, limits.cases_newcomer)
    yield _over("scatter_day", scattered(asked.since(at, DAY)), limits.cases_day)
    yield _over("scatter_week", scattered(asked.since(at, WEEK)), limits.cases_week)
    yield _over("scatter_month", scattered(asked.since(at, MONTH)), limits.cases_month)


def _adjacency(asked: Asked, facts: Facts, limits: Limits, at: datetime) -> Iterator[Reason | None]:
    """Whole cases one after the other: what those bring who stand beside goods that nobody has bought."""
    yield _over("run", longest_run(asked.since(at, DAY)), limits.run_day)
    whole = whole_packs(asked.since(at, MONTH), codes=MOST_OF_A_CASE)
    yield _over("whole_cases", whole, limits.whole_cases_month)
    if facts.unsold_per_mille < UNSOLD_IS_COMMON:
        unsold = [seen for seen in asked.since(at, WEEK) if seen.unsold]
        yield _over("unsold_cases", whole_packs(unsold, codes=MOST_OF_A_CASE), limits.unsold_cases_week)


def _habits(month: Sequence[Seen], facts: Facts, limits: Limits) -> Iterator[Reason | None]:
    """What is ordinary once and is not when it is always so; a case counts once."""
    firsts = _one_of_each_case(month)
    yield _unusual("far", [seen.far for seen in firsts], FAR)
    yield _unusual("handled", [seen.handled for seen in month], HANDLED)
    yield _unusual("bare", [seen.bare for seen in month], BARE)
    yield _unusual("old", [_is_old(seen, limits) for seen in firsts], OLD)
    if facts.unsold_per_mille < UNSOLD_IS_COMMON:
        yield _unusual("unsold", [seen.unsold for seen in firsts], max(20, facts.unsold_per_mille))


def _one_of_each_case(seen: Sequence[Seen]) -> list[Seen]:
    return list({one.pack: one for one in reversed(seen)}.values())


def _is_old(seen: Seen, limits: Limits) -> bool | None:
    return None if seen.age_days is None else seen.age_days > limits.old_days


def _unusual(signal: str, shown: Sequence[bool | None], per_mille: int) -> Reason | None:
    """So many of those known, where ``per_mille`` of a thousand are ordinary."""
    known = [one for one in shown if one is not None]
    if not is_beyond(len(known), sum(known), per_mille, chance=SIGMA_CHANCE):
        return None
    return Reason(signal, sum(known), len(known) * per_mille // 1000, POINTS[signal])


def _travel(asked: Asked, limits: Limits, at: datetime) -> Iterator[Reason | None]:
    week = asked.since(at, WEEK)
    dealers = {seen.dealer_id for seen in asked.since(at, MONTH) if seen.dealer_id is not None}
    yield _over("dealers", len(dealers), limits.dealers_month)
    yield _over("travel", jumps(week, km_per_hour=limits.speed_km_per_hour), limits.jumps_week)
    night = [seen for seen in asked.since(at, DAY) if is_at_night(seen.at)]
    yield _over("night", packs(night), limits.night_cases)


def _company(month: Sequence[Seen], facts: Facts, limits: Limits) -> Iterator[Reason | None]:
    """What follows from others: whom the device serves, whose cases these are, what the platform knows."""
    yield _over("device", facts.crowd, limits.device_persons)
    yield _over("address", int(facts.address_is_suspect), 0)
    mine = {seen.pack for seen in month}
    shared = len(mine & facts.tainted)
    if shared * 5 >= len(mine) * 4:
        many = _over("company_many", shared, limits.company_cases_many)
        yield many or _over("company", shared, limits.company_cases)
    if facts.rank is not None and facts.rank >= HIGH_RANK:
        signal = "rank_4" if facts.rank >= HIGHEST_RANK else "rank_3"
        yield Reason(signal, facts.rank, HIGH_RANK - 1, POINTS[signal])
