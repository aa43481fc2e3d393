"""A campaign run over a season of scans: what would be paid, to whom it would be refused, when money ends.

What depends on a scan alone (the draw, windows, places, times) is decided for arrays at once; what depends on
earlier scans (repeats, limits, who has won, budgets) follows in the order of time. Each scan is answered as a
claim is: conditions first, then the budget, then limits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from app.campaigns.rules.budget import Budget, allowance
from app.campaigns.rules.draw import Draw
from app.campaigns.rules.eligibility import Conditions
from app.campaigns.rules.season import DAY_SECONDS, HOUR_SECONDS, SHANGHAI_SECONDS, Season

ANSWERS = (
    "won",
    "blank",
    "repeated",
    "not_started",
    "ended",
    "not_here",
    "not_now",
    "not_for_you",
    "limit_reached",
    "budget_exhausted",
)
WON, BLANK, REPEATED, NOT_STARTED, ENDED, NOT_HERE, NOT_NOW, NOT_FOR_YOU, LIMIT, EXHAUSTED = range(len(ANSWERS))
CHUNK = 1_000_000  # scans whose facts stand in memory as Python numbers
EPOCH = date(1970, 1, 1).toordinal()
Fact = tuple[int, int, int, int, bool, int, int]  # code, person, county, dealer, returning, day, cost


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated; ``linked_fen`` is what shop and dealer get for each tier together."""

    draw: Draw
    starts_at: datetime
    ends_at: datetime
    linked_fen: tuple[int, ...]
    conditions: Conditions | None = None
    per_person_limit: int | None = None
    per_person_day_limit: int | None = None
    budgets: tuple[Budget, ...] = ()


@dataclass(frozen=True, slots=True)
class Played:
    """For each scan: the number of its answer, its tier (-1 for none) and what it cost in fen."""

    answers: NDArray[np.int8]
    tiers: NDArray[np.int64]
    costs: NDArray[np.int64]
    days: NDArray[np.int64]

    @property
    def cost_fen(self) -> int:
        return int(self.costs.sum())

    @property
    def winners(self) -> int:
        return int((self.answers == WON).sum())

    @property
    def exhausted_on(self) -> date | None:
        """The first business day on which somebody was deferred for want of money."""
        days = self.days[self.answers == EXHAUSTED]
        return date.fromordinal(EPOCH + int(days[0])) if len(days) else None

    def count(self, answer: int) -> int:
        return int((self.answers == answer).sum())


def simulate(plan: Plan, season: Season) -> Played:
    """Answer every scan of a season, as a claim would be."""
    ranks, tiers = plan.draw.outcomes(season.codes)
    local = season.seconds + SHANGHAI_SECONDS
    days = local // DAY_SECONDS
    answers = np.where(tiers >= 0, WON, BLANK).astype(np.int8)
    _judge_alone(plan, season, answers, days, local % DAY_SECONDS // HOUR_SECONDS)
    prizes = plan.draw.amounts(ranks, tiers)
    linked = np.array([*plan.linked_fen, 0], np.int64)[tiers]
    costs = prizes + np.where(season.linked, linked, 0)
    _judge_in_order(plan, season, answers, days, costs)
    paid = answers == WON
    return Played(answers, np.where(paid, tiers, -1), np.where(paid, costs, 0), days)


def _judge_alone(
    plan: Plan, season: Season, answers: NDArray[np.int8], days: NDArray[np.int64], hours: NDArray[np.int64]
) -> None:
    """The later a reason is written here, the earlier it comes in a claim."""
    terms = plan.conditions
    if terms is not None:
        _refuse(answers, ~_is_time(terms, (days + 3) % 7 + 1, hours), NOT_NOW)
        counties = frozenset(map(int, terms.counties))
        for asked, known in (
            (counties, season.counties),
            (terms.dealers, season.dealers),
            (terms.terminals, season.terminals),
        ):
            if asked:
                _refuse(answers, ~np.isin(known, list(asked)), NOT_HERE)
    _refuse(answers, season.seconds >= plan.ends_at.timestamp(), ENDED)
    _refuse(answers, season.seconds < plan.starts_at.timestamp(), NOT_STARTED)


def _refuse(answers: NDArray[np.int8], where: NDArray[np.bool_], reason: int) -> None:
    answers[where] = reason


def _is_time(terms: Conditions, weekdays: NDArray[np.int64], hours: NDArray[np.int64]) -> NDArray[np.bool_]:
    fits = np.isin(weekdays, list(terms.weekdays)) if terms.weekdays else np.ones(len(hours), bool)
    if terms.hours is not None:
        first, end = terms.hours
        inside = (hours >= first) & (hours < end) if first < end else (hours >= first) | (hours < end)
        fits = fits & inside
    return fits


@dataclass(slots=True)
class _Till:
    """A budget while the season runs."""

    budget: Budget
    county: int | None
    dealer: int | None
    spent: int = 0
    day: int = -1
    allowed: int = 0

    def concerns(self, county: int, dealer: int) -> bool:
        return (self.county is None or self.county == county) and (self.dealer is None or self.dealer == dealer)

    def has(self, cost: int, day: int) -> bool:
        if day != self.day:
            self.day, self.allowed = day, allowance(self.budget, date.fromordinal(EPOCH + day))
        return self.spent + cost <= self.allowed


@dataclass(slots=True)
class _Past:
    """What earlier scans left behind."""

    claimed: bytearray
    times: dict[int, int] = field(default_factory=dict)
    today: dict[int, int] = field(default_factory=dict)
    winners: set[int] = field(default_factory=set)
    day: int = -1


def _judge_in_order(
    plan: Plan, season: Season, answers: NDArray[np.int8], days: NDArray[np.int64], costs: NDArray[np.int64]
) -> None:
    past = _Past(bytearray(plan.draw.n))
    tills = [_till(budget) for budget in plan.budgets]
    if not _depends_on_the_past(plan, season):
        return
    for start in range(0, len(season), CHUNK):
        part = slice(start, start + CHUNK)
        columns = (season.codes, season.persons, season.counties, season.dealers, season.returning, days, costs)
        facts = zip(*(column[part].tolist() for column in columns), strict=True)
        told = answers[part].tolist()
        for number, fact in enumerate(facts):
            told[number] = _answer(plan, past, tills, told[number], fact)
        answers[part] = told


def _depends_on_the_past(plan: Plan, season: Season) -> bool:
    limited = plan.per_person_limit is not None or plan.per_person_day_limit is not None
    asks = plan.conditions is not None and plan.conditions.persons != "any"
    repeats = len(np.unique(season.codes)) < len(season)
    return limited or asks or repeats or bool(plan.budgets)


def _till(budget: Budget) -> _Till:
    county = int(budget.key) if budget.scope == "county" else None
    return _Till(budget, county, int(budget.key) if budget.scope == "dealer" else None)


def _answer(plan: Plan, past: _Past, tills: Sequence[_Till], answer: int, fact: Fact) -> int:
    code, person, county, dealer, returning, day, cost = fact
    if past.claimed[code]:
        return REPEATED
    if answer > BLANK:
        return answer
    if not _is_for(plan.conditions, returning or person in past.winners):
        return NOT_FOR_YOU
    drawn = [till for till in tills if till.concerns(county, dealer)] if cost else []
    if not all(till.has(cost, day) for till in drawn):
        return EXHAUSTED
    if not _within_limits(plan, past, person, day):
        return LIMIT
    past.claimed[code] = 1
    if answer == WON:
        past.winners.add(person)
    for till in drawn:
        till.spent += cost
    return answer


def _is_for(terms: Conditions | None, has_won: bool) -> bool:  # noqa: FBT001  # called for every scan
    return terms is None or terms.persons == "any" or (terms.persons == "returning") is has_won


def _within_limits(plan: Plan, past: _Past, person: int, day: int) -> bool:
    """Whether a person may claim once more; counted when so."""
    if plan.per_person_limit is None and plan.per_person_day_limit is None:
        return True
    if day != past.day:
        past.day = day
        past.today.clear()
    times, today = past.times.get(person, 0), past.today.get(person, 0)
    if plan.per_person_limit is not None and times >= plan.per_person_limit:
        return False
    if plan.per_person_day_limit is not None and today >= plan.per_person_day_limit:
        return False
    past.times[person], past.today[person] = times + 1, today + 1
    return True
