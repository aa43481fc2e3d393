"""What a tier may give, what of it is committed to, and random money whose total is exact."""

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.rules import CASH, Draw, Prize, Promise, Tier, broken_rules, canonical_text, commitment
from app.campaigns.rules.prizes import expires_at, is_complete, total_fen

VERIFIER = Path(__file__).with_name("verify_draw.py")
SEED = bytes(range(32))
AT = datetime(2026, 11, 2, 4, tzinfo=UTC)
RANDOM = Prize("random_cash", most_fen=200)
ANOTHER = Prize("another", sku_id=7, value_fen=500, lasts_days=30, goods_fen=350, service_fen=50)
ONE_YUAN = Prize("one_yuan", sku_id=7, value_fen=500, lasts_days=30, price_fen=100)
POINTS = Prize("points", points=300, lasts_days=365)
GOODS = Prize("goods", sku_id=8, value_fen=90_000, lasts_days=60)


@given(least=st.integers(0, 500), width=st.integers(0, 500), count=st.integers(0, 400), others=st.integers(0, 50))
def test_random_money_stays_within_its_bounds_and_its_total_is_exact(least, width, count, others) -> None:
    tier = Tier("手气", least, count, Prize("random_cash", most_fen=least + width))
    draw = Draw(SEED, count + others + 1, (Tier("头奖", 9, others), tier))
    amounts = [draw.amount_of(draw.outcome(index)) for index in range(draw.n)]
    drawn = [draw.outcome(index) for index in range(draw.n)]
    of_tier = [amount for amount, one in zip(amounts, drawn, strict=True) if one.tier_no == 1]
    assert all(least <= amount <= least + width for amount in of_tier)
    assert sum(of_tier) == total_fen(tier.prize, least, count)
    assert sum(amounts) == sum(of_tier) + 9 * others


def test_random_money_is_spread_evenly() -> None:
    draw = Draw(SEED, 20_000, (Tier("手气", 28, 20_000, Prize("random_cash", most_fen=37)),))
    seen = Counter(draw.amount_of(draw.outcome(index)) for index in range(draw.n))
    assert set(seen) == set(range(28, 38))
    assert max(seen.values()) - min(seen.values()) < 350  # eight standard deviations


def test_what_is_not_money_pays_no_money() -> None:
    draw = Draw(SEED, 10, (Tier("再来一瓶", 0, 10, ANOTHER),))
    assert draw.amount_of(draw.outcome(3)) == 0
    assert Draw(SEED, 10, ()).amount_of(Draw(SEED, 10, ()).outcome(3)) == 0


def test_fixed_money_is_committed_to_with_the_text_of_the_first_version() -> None:
    text = canonical_text(campaign_id=12, seed=SEED, n=50, tiers=(Tier("红包", 88, 42),))
    assert json.loads(text).keys() == {"campaign", "codes", "draw", "seed", "tiers"}
    assert json.loads(text)["tiers"] == [["红包", 88, 42]]


def test_other_prizes_are_committed_to_with_all_that_is_promised_and_nothing_of_the_shops() -> None:
    tiers = (Tier("再来一瓶", 0, 3, ANOTHER), Tier("红包", 88, 5), Tier("手气", 28, 9, RANDOM))
    told = json.loads(canonical_text(campaign_id=12, seed=SEED, n=50, tiers=tiers))
    assert told["version"] == 2
    assert told["amounts"] == "mirrored-pairs-aes-1"
    assert told["tiers"] == [
        ["再来一瓶", 0, 3, {"kind": "another", "sku_id": "7", "value_fen": 500, "lasts_days": 30}],
        ["红包", 88, 5, {"kind": "cash"}],
        ["手气", 28, 9, {"kind": "random_cash", "most_fen": 200}],
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"sku_id": 9},
        {"price_fen": 200},
        {"value_fen": 501},
        {"lasts_days": 31},
        {"kind": "another"},
    ],
)
def test_the_commitment_covers_kind_and_parameters(change: dict) -> None:
    given_ = {"kind": "one_yuan", "sku_id": 7, "value_fen": 500, "lasts_days": 30, "price_fen": 100}
    first, second = (
        commitment(campaign_id=1, seed=SEED, n=9, tiers=(Tier("一元乐享", 0, 3, Prize(**given)),))
        for given in (given_, given_ | change)
    )
    assert first != second


@pytest.mark.parametrize(
    ("prize", "amount_fen", "broken"),
    [
        (CASH, 88, []),
        (Prize(sku_id=7), 88, ["prize_incomplete"]),
        (RANDOM, 28, []),
        (RANDOM, 201, ["prize_incomplete"]),
        (Prize("random_cash"), 28, ["prize_incomplete"]),
        (ANOTHER, 0, []),
        (ANOTHER, 1, ["prize_incomplete"]),
        (Prize("another", sku_id=7, value_fen=500), 0, ["prize_incomplete"]),
        (Prize("another", value_fen=500, lasts_days=3), 0, ["prize_incomplete"]),
        (Prize("another", sku_id=7, value_fen=500, lasts_days=3, price_fen=100), 0, ["prize_incomplete"]),
        (ONE_YUAN, 0, []),
        (Prize("one_yuan", sku_id=7, value_fen=500, lasts_days=3), 0, ["prize_incomplete"]),
        (POINTS, 0, []),
        (Prize("points", points=1), 0, ["prize_incomplete"]),
        (Prize("points", points=1, lasts_days=1, service_fen=1), 0, ["prize_incomplete"]),
        (GOODS, 0, []),
        (Prize("goods", sku_id=8, value_fen=9, lasts_days=9, goods_fen=5), 0, ["prize_incomplete"]),
    ],
)
def test_a_kind_needs_what_it_needs_and_takes_nothing_else(prize: Prize, amount_fen: int, broken: list) -> None:
    assert is_complete(prize, amount_fen) is not bool(broken)
    promise = Promise(AT, AT.replace(year=2027), (Tier("奖", amount_fen, 1, prize),), 9)
    assert broken_rules(promise, at=AT) == broken


@pytest.mark.parametrize("kind", ["another", "one_yuan", "goods"])
@pytest.mark.parametrize(("value_fen", "broken"), [(5_000_000, []), (5_000_001, ["top_prize_above_50000_yuan"])])
def test_the_law_counts_what_goods_are_worth(kind: str, value_fen: int, broken: list[str]) -> None:
    price = {"price_fen": 100} if kind == "one_yuan" else {}
    tier = Tier("大奖", 0, 1, Prize(kind, sku_id=7, value_fen=value_fen, lasts_days=9, **price))
    assert broken_rules(Promise(AT, AT.replace(year=2027), (tier,), 9), at=AT) == broken


def test_the_law_counts_the_most_of_random_money() -> None:
    tier = Tier("大奖", 1, 1, Prize("random_cash", most_fen=5_000_001))
    assert broken_rules(Promise(AT, AT.replace(year=2027), (tier,), 9), at=AT) == ["top_prize_above_50000_yuan"]


@pytest.mark.parametrize(("prize", "broken"), [(ANOTHER, ["budget_of_goods"]), (GOODS, []), (POINTS, [])])
def test_what_shops_are_credited_for_later_has_no_budget(prize: Prize, broken: list[str]) -> None:
    budgets = (("all", "", 1_000),)
    promise = Promise(AT, AT.replace(year=2027), (Tier("奖", 0, 1, prize),), 9, budgets=budgets)
    assert broken_rules(promise, at=AT) == broken


def test_many_outcomes_are_paid_as_each_alone() -> None:
    draw = Draw(SEED, 60, (Tier("再来一瓶", 0, 3, ANOTHER), Tier("手气", 28, 41, RANDOM), Tier("红包", 5, 7)))
    indexes = np.arange(60)
    alone = [draw.amount_of(draw.outcome(index)) for index in range(60)]
    assert draw.amounts(*draw.outcomes(indexes)).tolist() == alone


def test_a_prize_can_be_had_until_the_end_of_its_last_business_day() -> None:
    assert expires_at(Prize(lasts_days=1), AT) == datetime(2026, 11, 3, 16, tzinfo=UTC)
    assert expires_at(Prize(lasts_days=1), datetime(2026, 11, 2, 16, tzinfo=UTC)) == datetime(
        2026, 11, 4, 16, tzinfo=UTC
    )


def test_a_stranger_checks_random_money_with_the_script(tmp_path: Path) -> None:
    tiers = (Tier("再来一瓶", 0, 3, ANOTHER), Tier("手气", 28, 41, RANDOM))
    draw = Draw(SEED, 60, tiers)
    text = canonical_text(campaign_id=12, seed=SEED, n=60, tiers=tiers)
    drawn = [draw.outcome(index) for index in range(60)]
    claims = [[one, drawn[one].tier and drawn[one].tier.name, draw.amount_of(drawn[one])] for one in range(60)]
    published = json.loads(text) | {
        "commitment": commitment(campaign_id=12, seed=SEED, n=60, tiers=tiers),
        "claims": claims,
    }
    assert said(tmp_path, published).returncode == 0
    wrong = next(claim for claim in claims if claim[1] == "手气")
    wrong[2] += 1
    answer = said(tmp_path, published)
    assert answer.returncode == 1
    assert f"code {wrong[0]} was paid {wrong[2]}" in answer.stdout
    tampered = published | {"claims": []}
    tampered["tiers"][0][3]["value_fen"] = 1
    assert said(tmp_path, tampered).returncode == 1


def said(folder: Path, published: dict) -> subprocess.CompletedProcess:
    file = folder / "revealed.json"
    file.write_text(json.dumps(published), encoding="utf-8")
    return subprocess.run([sys.executable, VERIFIER, file], capture_output=True, text=True, check=False)
