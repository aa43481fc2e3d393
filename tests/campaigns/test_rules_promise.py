"""What a brand may promise, and when a campaign is open."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.rules import Promise, Tier, Window, broken_rules, window_state
from app.campaigns.rules.promise import MAX_TIERS, TOP_PRIZE_FEN

AT = datetime(2026, 11, 2, 4, tzinfo=UTC)
DAY = timedelta(days=1)
TIERS = (Tier("一等奖", TOP_PRIZE_FEN, 1), Tier("红包", 88, 9))


def promise(**given) -> Promise:
    return Promise(**({"starts_at": AT, "ends_at": AT + DAY, "tiers": TIERS, "codes": 10} | given))


def test_an_honest_promise_may_be_saved() -> None:
    assert broken_rules(promise(), at=AT) == []


@pytest.mark.parametrize(
    ("given_parts", "rules"),
    [
        ({"ends_at": AT - DAY, "starts_at": AT - 2 * DAY}, ["already_over"]),
        ({"ends_at": AT, "starts_at": AT - DAY}, ["already_over"]),
        ({"starts_at": AT + 2 * DAY}, ["ends_before_it_starts"]),
        ({"starts_at": AT + DAY}, ["ends_before_it_starts"]),
        ({"tiers": ()}, ["no_tier"]),
        ({"tiers": tuple(Tier(f"{n}", 1, 0) for n in range(MAX_TIERS + 1))}, ["too_many_tiers"]),
        ({"tiers": (Tier("奖", 1, 1), Tier("奖", 2, 1))}, ["names_repeat"]),
        ({"tiers": (Tier("奖", TOP_PRIZE_FEN + 1, 1),)}, ["top_prize_above_50000_yuan"]),
        ({"codes": 9}, ["more_prizes_than_codes"]),
        ({"codes": 9, "tiers": (*TIERS, Tier("红包", 6_000_000, 0))},
         ["names_repeat", "top_prize_above_50000_yuan", "more_prizes_than_codes"]),
    ],
)  # fmt: skip
def test_each_broken_rule_is_named(given_parts: dict, rules: list[str]) -> None:
    assert broken_rules(promise(**given_parts), at=AT) == rules


@given(st.integers(0, 10_000_000))
def test_no_prize_above_fifty_thousand_yuan_can_be_saved(fen: int) -> None:
    broken = broken_rules(promise(tiers=(Tier("奖", fen, 1),)), at=AT)
    assert broken == ([] if fen <= 5_000_000 else ["top_prize_above_50000_yuan"])


@pytest.mark.parametrize(
    ("stopped_at", "at", "state"),
    [
        (None, AT - timedelta(microseconds=1), "not_started"),
        (None, AT, "open"),
        (None, AT + DAY - timedelta(microseconds=1), "open"),
        (None, AT + DAY, "ended"),
        (AT + DAY / 2, AT, "open"),
        (AT + DAY / 2, AT + DAY / 2, "stopped"),
        (AT - DAY, AT - DAY, "stopped"),
        (AT + DAY / 2, AT + 2 * DAY, "stopped"),
    ],
)
def test_a_window_is_open_from_its_start_to_its_end_unless_stopped(
    stopped_at: datetime | None, at: datetime, state: str
) -> None:
    assert window_state(Window(AT, AT + DAY, stopped_at), at) == state
