"""The simulation of a season answers every scan as a claim would: checked against the claim's own functions."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from app.campaigns.rules import Budget, Conditions, Draw, Occasion, Tier, Window, blocked, window_state
from app.campaigns.rules import allowance as allowed
from app.campaigns.rules.season import UNKNOWN, Place, Season, arrival, make_season
from app.campaigns.rules.simulation import ANSWERS, Plan, simulate
from app.kit.clock import business_day

STARTS = datetime(2026, 10, 1, 3, tzinfo=UTC)
PLACES = [Place(1, 11, "310101"), Place(2, 11, "310115"), Place(3, 12, "440305")]
TIERS = (Tier("一等奖", 8_800, 20), Tier("二等奖", 500, 2_000), Tier("红包", 88, 12_000))
DRAW = Draw(bytes(range(32)), 30_000, TIERS)
SCANS = 10_000
TERMS = Conditions(1, counties=frozenset({"310101", "440305"}), weekdays=frozenset({1, 2, 5, 6, 7}), hours=(9, 23))
DAY = date(2026, 10, 1)


def a_budget(number: int, scope: str, key: str, total: int | None, daily: int | None = None) -> Budget:
    return Budget(number, scope, key, total, daily, DAY, 0, (1, 2))  # type: ignore[arg-type]


def a_plan(**given) -> Plan:
    return Plan(DRAW, STARTS, STARTS + timedelta(days=40), (100, 30, 15), **given)


def a_season(seed=7, *, repeats=True) -> Season:
    made = make_season(seed=seed, starts_at=STARTS, days=45, codes=DRAW.n, scans=SCANS, places=PLACES)
    if not repeats:
        return made
    again = np.where(np.random.default_rng(seed).random(SCANS) < 0.1, made.codes[0], made.codes)
    return replace(made, codes=again)


PLANS = {
    "plain": a_plan(),
    "conditions": a_plan(conditions=TERMS),
    "shops": a_plan(conditions=Conditions(1, terminals=frozenset({1}), dealers=frozenset({11}), hours=(20, 3))),
    "new people": a_plan(conditions=Conditions(1, persons="new")),
    "returning people": a_plan(conditions=Conditions(1, persons="returning")),
    "limits": a_plan(per_person_limit=3, per_person_day_limit=1),
    "budgets": a_plan(
        budgets=(
            a_budget(1, "all", "", 200_000, 9_000),
            a_budget(2, "county", "310101", 30_000),
            a_budget(3, "dealer", "12", None, 2_000),
        )
    ),
    "everything": a_plan(
        conditions=replace(TERMS, persons="new"),
        per_person_limit=5,
        per_person_day_limit=2,
        budgets=(a_budget(1, "all", "", 60_000, 5_000),),
    ),
}


class Shop:
    """The scalar path: one claim after another, decided by the functions that decide a claim."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.claimed, self.winners = plan, set(), set()
        self.tallies: Counter = Counter()
        self.spent: Counter = Counter()

    def claim(self, season: Season, number: int) -> tuple[str, int]:
        plan, code, person = self.plan, int(season.codes[number]), int(season.persons[number])
        at = datetime.fromtimestamp(int(season.seconds[number]), UTC)
        terminal, county = int(season.terminals[number]), int(season.counties[number])
        if code in self.claimed:
            return "repeated", 0
        state = window_state(Window(plan.starts_at, plan.ends_at, None), at)
        if state != "open":
            return state, 0
        occasion = Occasion.of(
            terminal_id=None if terminal == UNKNOWN else terminal,
            dealer_id=int(season.dealers[number]),
            counties=frozenset() if county == UNKNOWN else frozenset({f"{county:06}"}),
            has_won=bool(season.returning[number]) or person in self.winners,
            at=at,
        )
        held = blocked(plan.conditions, occasion) if plan.conditions else None
        if held is not None:
            return held.reason, 0
        return self._pay(season, number, code, person, occasion)

    def _pay(self, season: Season, number: int, code: int, person: int, occasion: Occasion) -> tuple[str, int]:
        plan, outcome, day = self.plan, self.plan.draw.outcome(code), business_day(occasion.at)
        cost = 0
        if outcome.tier_no is not None and outcome.tier is not None:
            cost = outcome.tier.amount_fen + (plan.linked_fen[outcome.tier_no] if season.linked[number] else 0)
        keys = {"all": {""}, "county": occasion.counties, "dealer": {str(occasion.dealer_id)}}
        drawn = [budget for budget in plan.budgets if cost and budget.key in keys[budget.scope]]
        if any(self.spent[budget.id] + cost > allowed(budget, day) for budget in drawn):
            return "budget_exhausted", 0
        for limit, key in ((plan.per_person_limit, person), (plan.per_person_day_limit, (person, day))):
            if limit is not None and self.tallies[key] >= limit:
                return "limit_reached", 0
        self.tallies.update((person, (person, day)))
        self.spent.update({budget.id: cost for budget in drawn})
        self.claimed.add(code)
        if outcome.tier is None:
            return "blank", 0
        self.winners.add(person)
        return "won", cost


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("repeats", [False, True])
def test_ten_thousand_scans_are_answered_as_one_by_one(name: str, repeats) -> None:
    plan, season = PLANS[name], a_season(repeats=repeats)
    played, shop = simulate(plan, season), Shop(plan)
    one_by_one = [shop.claim(season, number) for number in range(SCANS)]
    assert [ANSWERS[answer] for answer in played.answers] == [answer for answer, _ in one_by_one]
    assert played.costs.tolist() == [cost for _, cost in one_by_one]
    assert played.cost_fen == sum(cost for _, cost in one_by_one)
    assert played.winners == sum(answer == "won" for answer, _ in one_by_one)


def test_no_budget_of_a_season_is_passed_and_its_last_day_is_told() -> None:
    played = simulate(PLANS["everything"], a_season())
    assert 0 < played.cost_fen <= 60_000
    by_day = np.bincount(played.days - played.days[0], weights=played.costs).cumsum()
    assert all(spent <= 5_000 * (number + 1) for number, spent in enumerate(by_day))
    assert played.exhausted_on == date(2026, 10, 13)
    assert simulate(PLANS["plain"], a_season()).exhausted_on is None


def test_equal_seeds_make_equal_seasons_and_others_differ() -> None:
    one, same, other = a_season(1), a_season(1), a_season(2)
    assert all(np.array_equal(getattr(one, name), getattr(same, name)) for name in Season.__slots__)
    assert not np.array_equal(one.seconds, other.seconds)


def test_a_season_scans_every_code_at_most_once_in_the_order_of_time() -> None:
    made = a_season(repeats=False)
    assert len(np.unique(made.codes)) == SCANS
    assert (np.diff(made.seconds) >= 0).all()
    assert made.codes.min() >= 0
    assert made.codes.max() < DRAW.n


def test_arrivals_are_shares_that_rise_and_thin_out() -> None:
    shares = arrival(90, 1)
    assert shares.sum() == pytest.approx(1)
    assert shares[12] > shares[0]
    assert shares[12] > shares[80]


def test_a_season_without_shops_has_no_places() -> None:
    made = make_season(seed=1, starts_at=STARTS, days=5, codes=100, scans=50, places=[])
    assert set(made.terminals.tolist()) == {UNKNOWN}
    assert not made.linked.any()
