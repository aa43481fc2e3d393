"""What several runs of a simulation say together: a middle and the bounds that nine runs of ten keep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import numpy as np

from app.campaigns.rules.draw import Draw
from app.campaigns.rules.season import Season
from app.campaigns.rules.simulation import ANSWERS, EPOCH, Plan, Played, simulate

LOW, HIGH = 5, 95


@dataclass(frozen=True, slots=True)
class Interval:
    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of ``runs`` runs; ``exhausted_on`` are the days of those in which money ran out, in order."""

    runs: int
    scans: Interval
    winners: Interval
    cost_fen: Interval
    exhausted_on: tuple[date, ...]
    by_tier: tuple[Interval, ...]
    by_answer: dict[str, Interval]
    by_day: tuple[tuple[date, Interval], ...]


def forecast(
    plan: Plan, season_of: Callable[[int], Season], *, seed: int, runs: int, scale: float = 1.0
) -> Forecast:
    """Run a plan over seasons, each with a draw of its own: never that of the campaign, which stays unknown.

    A season may be a sample: ``scale`` scans stand behind each of its scans, and the plan's budgets are its own.
    """
    played = [simulate(_drawn(plan, seed, number), season_of(number)) for number in range(runs)]
    tiers = range(len(plan.draw.tiers))
    return Forecast(
        runs=runs,
        scans=_interval([len(one.answers) for one in played], scale),
        winners=_interval([one.winners for one in played], scale),
        cost_fen=_interval([one.cost_fen for one in played], scale),
        exhausted_on=tuple(sorted(one.exhausted_on for one in played if one.exhausted_on is not None)),
        by_tier=tuple(_interval([int((one.tiers == tier).sum()) for one in played], scale) for tier in tiers),
        by_answer={
            name: _interval([one.count(number) for one in played], scale) for number, name in enumerate(ANSWERS)
        },
        by_day=tuple(_days(played, scale)),
    )


def _drawn(plan: Plan, seed: int, number: int) -> Plan:
    made = Draw(sha256(f"simulation:{seed}:{number}".encode()).digest(), plan.draw.n, plan.draw.tiers)
    return Plan(
        made,
        plan.starts_at,
        plan.ends_at,
        plan.linked_fen,
        plan.conditions,
        plan.per_person_limit,
        plan.per_person_day_limit,
        plan.budgets,
    )


def _days(played: Sequence[Played], scale: float) -> list[tuple[date, Interval]]:
    """What has been spent by the end of each day."""
    days = [one.days for one in played if len(one.days)]
    if not days:
        return []
    first, last = min(int(one[0]) for one in days), max(int(one[-1]) for one in days)
    length = last - first + 1
    curves = [
        np.bincount(one.days - first, weights=one.costs, minlength=length).cumsum()
        for one in played
        if len(one.days)
    ]
    return [
        (date.fromordinal(EPOCH + first + day), _interval([int(curve[day]) for curve in curves], scale))
        for day in range(length)
    ]


def _interval(values: Sequence[int], scale: float) -> Interval:
    low, middle, high = np.percentile(np.array(values, float) * scale, (LOW, 50, HIGH))
    return Interval(round(low), round(middle), round(high))
