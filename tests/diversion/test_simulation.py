"""A seeded market: honest goods raise no alarm at one in ten thousand, diverted ones do; both rates are printed.

Run with ``-s`` to read them. The alarm is asked after every consumer, as the job may ask, not once at the end.
"""

import numpy as np
import pytest

from app.diversion.rules import NOISE, alarm_at

SEED = 20261125
CASES, PALLETS, WEEKS = 400_000, 200_000, 200_000
LIMIT = 1e-4


def alarms(level: str, lots: int, seen: np.ndarray, far_ratio: float, seed: int) -> float:
    """The share of lots that ever raise an alarm, when it is asked after each of their consumers."""
    random = np.random.default_rng(seed)
    most = int(seen.max())
    limits = np.array([most + 1, *(alarm_at(level, n, noise=NOISE) for n in range(1, most + 1))])
    far = np.zeros(lots, dtype=np.int32)
    alarmed = np.zeros(lots, dtype=bool)
    for n in range(1, most + 1):
        scanned = seen >= n
        far += scanned & (random.random(lots) < far_ratio)
        alarmed |= scanned & (far >= limits[n])
    return float(alarmed.mean())


def printed(name: str, rate: float, lots: int) -> float:
    print(f"diversion {name}: {rate:.2e} of {lots:,}")  # noqa: T201  # whoever runs with -s wants to read the rates
    return rate


@pytest.mark.parametrize(
    ("level", "lots", "fewest", "most"),
    [("case", CASES, 1, 24), ("pallet", PALLETS, 1, 120), ("dealer_week", WEEKS, 20, 150)],
)
def test_clean_flow_raises_less_than_one_false_alarm_in_ten_thousand(level, lots, fewest, most):
    seen = np.random.default_rng(SEED).integers(fewest, most + 1, lots)
    assert printed(f"clean {level}", alarms(level, lots, seen, NOISE, SEED + 1), lots) <= LIMIT


@pytest.mark.parametrize(("consumers", "at_least"), [(15, 0.80), (20, 0.95), (40, 0.999)])
def test_pallets_with_seventy_of_a_hundred_consumers_far_away_are_found(consumers, at_least):
    seen = np.full(50_000, consumers)
    rate = alarms("pallet", seen.size, seen, 0.7, SEED + 2)
    assert printed(f"diverted pallet, {consumers} consumers", rate, seen.size) >= at_least


def test_a_case_sold_far_away_is_found_once_most_of_it_was_scanned():
    seen = np.full(50_000, 20)
    assert printed("diverted case, 20 consumers", alarms("case", seen.size, seen, 0.7, SEED + 3), 50_000) >= 0.95


def test_a_dealer_who_diverts_a_quarter_is_found_by_the_week():
    """No single pallet need be conspicuous: of 250 consumers of a week not even every fourth is far away."""
    seen = np.full(20_000, 250)
    far_ratio = NOISE + (0.7 - NOISE) * 0.25
    rate = alarms("dealer_week", seen.size, seen, far_ratio, SEED + 4)
    assert printed("dealer diverting a quarter, 250 consumers", rate, seen.size) >= 0.95
