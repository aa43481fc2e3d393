"""A draw gives exact counts, the same answer for ever, and an answer that strangers can check."""

import hashlib
import json
import random
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.rules import ALGORITHM, Draw, Outcome, Tier, canonical_text, commitment, tier_of

VERIFIER = Path(__file__).with_name("verify_draw.py")
SEED = bytes(range(32))
GRAND, SECOND, SMALL = Tier("特等奖", 88_800, 7), Tier("second", 1_000, 40), Tier("small", 30, 1_000)
TIERS = (GRAND, SECOND, SMALL)
PROMISE = {"campaign_id": 12, "seed": SEED, "n": 5_000, "tiers": TIERS}
KNOWN_RANKS = [3040866, 6472441, 4398972, 1224182]
KNOWN_COMMITMENT = "7b00a5903cfcfea7dd2d6a76c1b9049cf289324d955204a585e1f9d5dc5080bd"

seeds = st.binary(min_size=32, max_size=32)


@given(seed=seeds, n=st.integers(1, 2000))
def test_every_rank_is_drawn_once_for_any_size(seed, n):
    ranks = Draw(seed, n, ()).ranks_of(np.arange(n))
    assert np.array_equal(np.sort(ranks), np.arange(n))


@pytest.mark.parametrize("n", [*range(1, 40), 2**16 - 1, 2**16, 2**16 + 1, 99_991])
def test_every_rank_is_drawn_once_for_chosen_sizes(n):
    ranks = Draw(SEED, n, ()).ranks_of(np.arange(n))
    assert np.array_equal(np.sort(ranks), np.arange(n))


@given(seed=seeds, n=st.integers(1, 2**40), chance=st.randoms(use_true_random=False))
def test_index_of_undoes_rank_of_at_any_size(seed, n, chance):
    draw, index = Draw(seed, n, ()), chance.randrange(n)
    rank = draw.rank_of(index)
    assert 0 <= rank < n
    assert draw.index_of(rank) == index
    assert draw.ranks_of(np.array([index])).tolist() == [rank]
    assert draw.indexes_of(np.array([rank])).tolist() == [index]


@given(seed=seeds, counts=st.lists(st.integers(0, 60), max_size=5), spare=st.integers(0, 200))
def test_tier_counts_are_exact(seed, counts, spare):
    n = sum(counts) + spare
    if n == 0:
        return
    tiers = tuple(Tier(f"tier {place}", 10, count) for place, count in enumerate(counts))
    draw = Draw(seed, n, tiers)
    drawn = Counter(draw.outcome(index).tier_no for index in range(n))
    assert [drawn[place] for place in range(len(counts))] == counts
    assert drawn[None] == spare


def test_a_hundred_thousand_codes_hold_exactly_what_was_promised():
    tiers = (Tier("a", 100_000, 1), Tier("b", 500, 10_000), Tier("none", 0, 0), Tier("c", 30, 50_000))
    ranks, places = Draw(SEED, 100_003, tiers).outcomes(np.arange(100_003))
    assert len(np.unique(ranks)) == 100_003
    assert Counter(places.tolist()) == {0: 1, 1: 10_000, 3: 50_000, -1: 40_002}


def test_many_at_once_equals_one_at_a_time():
    draw = Draw(SEED, 5_000, TIERS)
    ranks, places = draw.outcomes(np.arange(5_000))
    for index in random.Random(1).sample(range(5_000), 500):
        outcome = draw.outcome(index)
        assert outcome.rank == ranks[index]
        assert (-1 if outcome.tier_no is None else outcome.tier_no) == places[index]
        assert outcome.tier == tier_of(outcome.rank, TIERS)


def test_an_empty_array_draws_nothing():
    ranks, places = Draw(SEED, 5, ()).outcomes(np.empty(0, np.int64))
    assert len(ranks) == len(places) == 0


def test_equal_input_gives_equal_output_and_another_seed_another_draw():
    assert [Draw(SEED, 500, TIERS[:2]).outcome(i) for i in range(500)] == [
        Draw(SEED, 500, TIERS[:2]).outcome(i) for i in range(500)
    ]
    other = Draw(SEED[::-1], 5_000, TIERS).ranks_of(np.arange(5_000))
    assert (Draw(SEED, 5_000, TIERS).ranks_of(np.arange(5_000)) == other).sum() < 20


def test_known_answers_hold_for_ever():
    draw = Draw(SEED, 10_000_019, TIERS)
    assert [draw.rank_of(index) for index in (0, 1, 9_999_999, 10_000_018)] == KNOWN_RANKS
    assert commitment(**PROMISE) == KNOWN_COMMITMENT


def test_tiers_take_consecutive_ranks():
    assert [tier_of(rank, TIERS) for rank in (0, 6, 7, 46, 47, 1046)] == [
        GRAND,
        GRAND,
        SECOND,
        SECOND,
        SMALL,
        SMALL,
    ]
    assert tier_of(1047, TIERS) is None
    assert tier_of(0, ()) is None
    assert tier_of(0, (Tier("empty", 1, 0), GRAND)) is GRAND


def test_a_rank_beyond_the_tiers_wins_nothing():
    draw = Draw(SEED, 5_000, TIERS)
    assert draw.outcome(draw.index_of(4_999)) == Outcome(4_999, None, None)
    assert draw.outcome(draw.index_of(0)) == Outcome(0, 0, GRAND)


def test_every_order_of_four_codes_is_equally_likely():
    """Chi-square over the 24 permutations of four, 23 degrees of freedom: 49.7 is exceeded once in a thousand."""
    chance = random.Random(4)
    seen = Counter(tuple(Draw(chance.randbytes(32), 4, ()).ranks_of(np.arange(4)).tolist()) for _ in range(2_400))
    chi_square = sum((seen[order] - 100) ** 2 / 100 for order in permutations(range(4)))
    assert chi_square < 49.7


def test_winners_are_spread_over_cases_like_chance():
    """5 000 winners in 25 000 codes: their number in a case of 25 has mean 5 and variance 4 · 24 975/24 999."""
    places = Draw(SEED, 25_000, (Tier("win", 10, 5_000),)).outcomes(np.arange(25_000))[1]
    per_case = (places == 0).reshape(1_000, 25).sum(axis=1)
    assert per_case.mean() == 5
    assert 3.3 < per_case.var() < 4.7


@pytest.mark.parametrize(
    "change",
    [
        {"campaign_id": 13},
        {"seed": SEED[::-1]},
        {"n": 5_001},
        {"tiers": TIERS[:2]},
        {"tiers": TIERS[::-1]},
        {"tiers": (replace(GRAND, name="一等奖"), *TIERS[1:])},
        {"tiers": (replace(GRAND, amount_fen=88_801), *TIERS[1:])},
        {"tiers": (replace(GRAND, count=8), *TIERS[1:])},
    ],
)
def test_the_commitment_changes_with_anything(change):
    assert commitment(**{**PROMISE, **change}) != commitment(**PROMISE)


@given(st.lists(st.tuples(st.text(max_size=5), st.integers(0, 99), st.integers(0, 99)), max_size=4))
def test_the_committed_text_can_be_read_back(rows):
    text = canonical_text(campaign_id=2**62, seed=SEED, n=400, tiers=[Tier(*row) for row in rows])
    assert text.isascii()
    assert json.loads(text) == {
        "campaign": str(2**62),
        "codes": 400,
        "draw": ALGORITHM,
        "seed": SEED.hex(),
        "tiers": [list(row) for row in rows],
    }


@pytest.mark.parametrize(
    ("seed", "n", "tiers"),
    [
        (b"short", 5, ()),
        (SEED, 0, ()),
        (SEED, 2**40 + 1, ()),
        (SEED, 6, (GRAND,)),
        (SEED, 50, (Tier("less than nothing", 1, -1),)),
    ],
)
def test_impossible_draws_are_refused(seed, n, tiers):
    with pytest.raises(ValueError, match=r"seed|codes|tiers"):
        Draw(seed, n, tiers)


@pytest.mark.parametrize("index", [-1, 5_000, 2**62])
def test_an_index_outside_the_campaign_is_an_error(index):
    draw = Draw(SEED, 5_000, TIERS)
    with pytest.raises(IndexError):
        draw.outcome(index)
    with pytest.raises(IndexError):
        draw.ranks_of(np.array([0, index]))


def test_the_seed_stays_out_of_texts_about_the_draw():
    assert SEED.hex() not in repr(Draw(SEED, 5_000, TIERS))
    assert repr(SEED) not in repr(Draw(SEED, 5_000, TIERS))


def test_threads_share_a_draw_while_one_of_them_audits():
    draw, everyone = Draw(SEED, 20_000, TIERS), np.arange(20_000)
    expected = draw.ranks_of(everyone)
    wrong = []

    def audit():
        if not np.array_equal(draw.ranks_of(everyone), expected):
            wrong.append("many")

    def claim():
        wrong.extend(index for index in range(1_000) if draw.rank_of(index) != expected[index])

    threads = [threading.Thread(target=work) for work in (audit, audit, claim, claim)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def revealed(tmp_path, **change):
    draw = Draw(SEED, 5_000, TIERS)
    claims = [[index, getattr(draw.outcome(index).tier, "name", None)] for index in range(300)]
    document = (
        json.loads(canonical_text(**PROMISE)) | {"commitment": commitment(**PROMISE), "claims": claims} | change
    )
    path = tmp_path / "revealed.json"
    path.write_text(json.dumps(document))
    return path


def verify(path, *arguments):
    command = [sys.executable, "-I", str(VERIFIER), str(path), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_stand_alone_verifier_agrees(tmp_path):
    answer = verify(revealed(tmp_path), "17", "4711", "--winners", "0")
    draw = Draw(SEED, 5_000, TIERS)
    expected = [f"ok {commitment(**PROMISE)}"]
    for index in (17, 4711):
        outcome = draw.outcome(index)
        expected.append(f"{index} {outcome.rank} {getattr(outcome.tier, 'name', None)}")
    expected += map(str, sorted(draw.indexes_of(np.arange(7)).tolist()))
    assert answer.stdout.splitlines() == expected
    assert answer.returncode == 0


@pytest.mark.parametrize(
    "change",
    [
        {"seed": hashlib.sha256(SEED).hexdigest()},
        {"codes": 5_001},
        {"campaign": "13"},
        {"tiers": [["特等奖", 88_800, 6], ["second", 1_000, 40], ["small", 30, 1_000]]},
        {"claims": [[17, "特等奖"]]},
        {"draw": "dice"},
    ],
)
def test_the_stand_alone_verifier_catches_every_change(tmp_path, change):
    assert verify(revealed(tmp_path, **change)).returncode == 1
