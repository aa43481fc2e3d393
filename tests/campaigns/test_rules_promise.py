"""What a brand may promise, and when a campaign is open."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.rules import (
    Promise,
    Tier,
    Window,
    broken_rules,
    rule_words,
    rules_to_confirm,
    window_state,
)
from app.campaigns.rules.promise import MAX_TIERS, RULE_WORDS, TOP_PRIZE_FEN, dearest_purchase, forces_sharing

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


def test_the_top_prizes_of_one_purchase_are_counted_together() -> None:
    tiers = (Tier("一等奖", 2_000_000, 3), Tier("红包", 100, 9))
    assert broken_rules(promise(tiers=tiers, codes=12, chances=2), at=AT) == []
    assert broken_rules(promise(tiers=tiers, codes=12, chances=3), at=AT) == ["top_prize_above_50000_yuan"]


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 4)), max_size=5), st.integers(1, 9))
def test_no_purchase_wins_more_than_the_dearest(tiers: list[tuple[int, int]], chances: int) -> None:
    prizes = sorted((fen for fen, count in tiers for _ in range(count)), reverse=True)
    made = tuple(Tier(str(number), fen, count) for number, (fen, count) in enumerate(tiers))
    assert dearest_purchase(made, chances) == sum(prizes[:chances])


@pytest.mark.parametrize(
    ("text", "forced"),
    [
        ("转发到朋友圈后才能领取红包", True),
        ("关注公众号即可参与抽奖", True),
        ("集赞 20 个方可兑奖", True),
        ("You must share this page to claim the prize", True),
        ("Follow us before you enter", True),
        ("中奖后请在 24 小时内确认收款, 欢迎分享", False),
        ("扫瓶盖内的码领取. 关注食品安全。每人每天 3 次才有效", False),
        ("Scan the code under the cap to win. Prizes are shared by all batches.", False),
        ("", False),
    ],
)
def test_nobody_is_made_to_share_or_follow(text, forced) -> None:
    assert forces_sharing(text) is forced
    assert broken_rules(promise(rules_text=text), at=AT) == (["forces_sharing_or_following"] if forced else [])


def test_what_may_be_meant_so_is_to_be_confirmed() -> None:
    assert rules_to_confirm(promise(best_before=(AT + DAY).date())) == []
    assert rules_to_confirm(promise(best_before=(AT + 2 * DAY).date())) == ["ends_before_shelf_life"]
    prizes = sum(tier.amount_fen * tier.count for tier in TIERS)
    assert rules_to_confirm(promise(budgets=(("all", "", prizes),))) == []
    assert rules_to_confirm(promise(budgets=(("all", "", prizes - 1),))) == ["budget_below_prizes"]
    assert rules_to_confirm(promise(budgets=(("all", "", None), ("county", "310101", 1)))) == []


def test_each_rule_can_be_said_in_both_languages() -> None:
    for name in RULE_WORDS:
        assert rule_words(name) != rule_words(name, "en")


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
