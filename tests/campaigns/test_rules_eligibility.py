"""Conditions block or defer; they may be widened, never narrowed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.rules import Conditions, Occasion, blocked, blocked_for_anybody, opens_at, widens

MONDAY_NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
NONE = Conditions(1)


def an_occasion(*, at=MONDAY_NOON, has_won=False, terminal_id=7, dealer_id=2, counties=("310101",)) -> Occasion:
    return Occasion.of(
        terminal_id=terminal_id, dealer_id=dealer_id, counties=frozenset(counties), has_won=has_won, at=at
    )


def some(**terms) -> Conditions:
    return replace(NONE, **{name: frozenset(one) if isinstance(one, set) else one for name, one in terms.items()})


def test_no_condition_blocks_nobody():
    assert blocked(NONE, an_occasion(terminal_id=None, dealer_id=None, counties=())) is None


@pytest.mark.parametrize(
    ("terms", "reason", "cause"),
    [
        ({"terminals": {8}}, "not_here", "terminal"),
        ({"dealers": {3}}, "not_here", "dealer"),
        ({"counties": {"440305"}}, "not_here", "county"),
        ({"weekdays": {2, 3}}, "not_now", "weekday"),
        ({"hours": (18, 24)}, "not_now", "hour"),
        ({"hours": (22, 12)}, "not_now", "hour"),
        ({"persons": "returning"}, "not_for_you", "returning"),
    ],
)
def test_each_condition_blocks_with_its_reason(terms, reason, cause):
    found = blocked(some(**terms), an_occasion())
    assert found is not None
    assert (found.reason, found.cause) == (reason, cause)
    anybody = blocked_for_anybody(some(**terms), an_occasion())
    assert (anybody is None) == (reason == "not_for_you")


@pytest.mark.parametrize(
    "terms",
    [
        {"terminals": {7, 8}},
        {"dealers": {2}},
        {"counties": {"310101", "440305"}},
        {"weekdays": {1}},
        {"hours": (12, 13)},
        {"hours": (22, 13)},
        {"persons": "new"},
        {"per_device_limit": 1},
    ],
)
def test_each_condition_lets_pass_whom_it_is_for(terms):
    assert blocked(some(**terms), an_occasion()) is None


def test_a_case_that_nobody_opened_is_named_where_shops_are_asked_for():
    found = blocked(some(terminals={7}), an_occasion(terminal_id=None))
    assert found is not None
    assert (found.reason, found.cause) == ("not_here", "case_not_opened")


def test_a_claim_that_is_too_early_is_told_when_to_come():
    found = blocked(some(weekdays={6}, hours=(20, 22)), an_occasion())
    assert found is not None
    assert found.details == {"opens_at": "2026-11-07T12:00:00+00:00"}


hours = st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda pair: pair[0] != pair[1])
conditions = st.builds(
    Conditions,
    version=st.just(1),
    dealers=st.frozensets(st.integers(1, 3), max_size=2),
    counties=st.frozensets(st.sampled_from(("310101", "440305", "110105")), max_size=2),
    terminals=st.frozensets(st.integers(1, 3), max_size=2),
    weekdays=st.frozensets(st.integers(1, 7), max_size=3),
    hours=st.none() | hours,
    persons=st.sampled_from(("any", "new", "returning")),
    per_device_limit=st.none() | st.integers(1, 3),
)
occasions = st.builds(
    an_occasion,
    at=st.integers(0, 24 * 7 - 1).map(lambda hour: MONDAY_NOON + timedelta(hours=hour)),
    has_won=st.booleans(),
    terminal_id=st.none() | st.integers(1, 3),
    dealer_id=st.none() | st.integers(1, 3),
    counties=st.lists(st.sampled_from(("310101", "440305")), max_size=2),
)


@given(conditions, occasions)
def test_the_hour_that_is_told_is_one_that_pays(terms, occasion):
    later = opens_at(terms, occasion.at)
    assert timedelta(0) < later - occasion.at <= timedelta(days=8)
    found = blocked_for_anybody(replace(terms, dealers=NONE.dealers), replace(occasion, dealer_id=None))
    if found is not None and found.reason == "not_now":
        times = Conditions(1, weekdays=terms.weekdays, hours=terms.hours)
        assert blocked_for_anybody(times, an_occasion(at=later)) is None


@given(conditions, conditions, occasions)
def test_whoever_passed_before_conditions_were_widened_passes_after(old, new, occasion):
    if widens(old, new) and blocked(old, occasion) is None:
        assert blocked(new, occasion) is None


@given(conditions)
def test_to_widen_is_to_change_nothing_or_to_ask_less(terms):
    assert widens(terms, terms)
    assert widens(terms, NONE)
    assert widens(NONE, terms) == (replace(terms, version=1) == NONE)


def test_hours_around_the_clock_ask_nothing_of_the_hour():
    assert widens(some(hours=(8, 20)), some(hours=(0, 24)))
    assert not widens(some(hours=(8, 20)), some(hours=(9, 20)))
