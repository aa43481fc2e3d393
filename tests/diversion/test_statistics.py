"""The tail of the binomial distribution, its thresholds, and alarms that stay honest however often one looks."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.diversion.rules.statistics import (
    ERRORS,
    FEWEST,
    NOISE,
    alarm_at,
    error_of,
    is_flagged,
    tail,
    threshold,
)


@pytest.mark.parametrize(("n", "k"), [(5, 5), (8, 6), (10, 6), (15, 7), (24, 9), (50, 14), (100, 21)])
def test_thresholds_at_eight_percent_and_one_in_ten_thousand_are_the_published_ones(n, k):
    assert threshold(n, noise=0.08, error=1e-4) == k


@given(st.integers(0, 60), st.integers(-2, 62), st.integers(1, 99))
def test_the_tail_is_the_exact_sum_of_its_terms(n, k, percent):
    p = Fraction(percent, 100)
    exact = sum((comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(max(k, 0), n + 1)), Fraction(0))
    assert tail(n, k, percent / 100) == pytest.approx(float(exact), rel=1e-9, abs=1e-12)


def test_the_tail_stays_right_where_single_terms_are_too_small_for_a_float():
    assert tail(1_000_000, 1, 0.08) == 1.0
    assert tail(1_000_000, 80_000, 0.08) == pytest.approx(0.5, abs=0.01)
    assert tail(1_000_000, 500_000, 0.08) == 0.0


@pytest.mark.parametrize("level", ERRORS)
def test_the_shares_of_all_alarms_add_up_to_the_error_of_their_level(level):
    spent = sum(error_of(level, far) for far in range(FEWEST, 200_000))
    assert spent == pytest.approx(ERRORS[level], rel=1e-4)


@given(st.integers(0, 400), st.integers(0, 2))
def test_fewer_than_three_consumers_are_never_an_alarm(seen, far):
    assert not is_flagged("pallet", seen=max(seen, far), far=far, noise=NOISE)


@given(st.integers(3, 300), st.integers(0, 300), st.integers(0, 200))
def test_consumers_at_home_never_strengthen_an_alarm(far, home, more):
    few, many = far + home, far + home + more
    if is_flagged("case", seen=many, far=far, noise=NOISE):
        assert is_flagged("case", seen=few, far=far, noise=NOISE)


@pytest.mark.parametrize("level", ERRORS)
def test_an_honest_lot_that_is_looked_at_after_every_scan_keeps_the_error_exactly(level):
    """The chance of ever crossing the alarm among the first 300 consumers, by dynamic programming, not by luck."""
    chance_of = np.zeros(302)
    chance_of[0], alarmed = 1.0, 0.0
    for seen in range(1, 301):
        moved = chance_of * (1 - NOISE)
        moved[1:] += chance_of[:-1] * NOISE
        limit = alarm_at(level, seen, noise=NOISE)
        alarmed += moved[limit:].sum()
        moved[limit:] = 0.0
        chance_of = moved
    assert 0 < alarmed <= ERRORS[level]
