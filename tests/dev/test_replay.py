"""A day of the real purchases through the whole product, and what the replay would say if a figure were wrong."""

import os
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from config.dev.environment import ROOT
from config.dev.replay_data import read_purchases
from config.dev.replay_goods import DEALER_FEN, TERMINAL_FEN
from config.dev.replay_plan import DEALERS, UNITS_PER_CASE, plan, share_out
from config.dev.replay_report import Figures, Recorded, bars
from config.dev.replay_values import Purchases
from tests.conftest import TEST_KEY, Services

UNITS = 2_000
SECONDS = 220
BAR = re.compile(r"^bar replay_(\w+) (\S+) == (\S+) (ok|short)$", re.MULTILINE)


@pytest.fixture(scope="module")
def purchases() -> Purchases:
    return read_purchases(grain="type", weeks=1, units=None)


def test_a_slice_of_real_purchases_pays_every_store_to_the_cent(database_url: str, services: Services) -> None:
    env = os.environ | {
        "DATABASE_URL": database_url,
        "REDIS_URL": services.redis_url,
        "MALU_MASTER_KEY": TEST_KEY,
        "MALU_TOKEN_KEYS": f"test:{TEST_KEY}",
    }
    slice_of_a_week = ("--weeks", "1", "--units", str(UNITS), "--sku", "category", "--workers", "2")
    done = subprocess.run(
        [sys.executable, "-m", "config.dev", "replay", *slice_of_a_week],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = {name: (measured, verdict) for name, measured, _, verdict in BAR.findall(done.stdout)}
    assert {verdict for _, verdict in found.values()} == {"ok"}
    assert found["units"] == (str(UNITS), "ok")
    assert {"units_match", "rewards_match", "commissions_match", "store_days_match", "ledger_sum_fen"} <= set(
        found
    )
    assert re.search(r"^rate: \d+ claims/s", done.stdout, re.MULTILINE)


def test_lines_without_a_plausible_quantity_are_left_out_and_counted(purchases: Purchases) -> None:
    assert purchases.expected.all_units == 4_794
    assert len(purchases.lines.at) == 3_695
    assert purchases.lines.quantity.min() == 1
    assert purchases.lines.quantity.max() <= 24
    assert {"0", "more than 24, fuel"} <= set(purchases.left_out)


def test_every_unit_has_one_code_in_a_case_that_its_store_opened_before(purchases: Purchases) -> None:
    planned = plan(purchases)
    units, cases = planned.units, planned.cases
    assert len(units.at) == purchases.expected.all_units == int(cases.size.sum())
    assert int(cases.size.max()) <= UNITS_PER_CASE
    for case in range(len(cases.lo)):
        inside = slice(int(cases.lo[case]), int(cases.lo[case] + cases.size[case]))
        assert set(units.store[inside].tolist()) == {int(cases.store[case])}
        assert int(units.at[inside].min()) > int(cases.opened_at[case])
    for dealer, week, lo, hi in cases.shipments():
        assert set(cases.dealer[lo:hi].tolist()) == {dealer}
        assert planned.shipped_at(week).timestamp() <= int(cases.opened_at[lo:hi].min())


def test_the_workers_share_all_happenings_and_no_store(purchases: Purchases) -> None:
    planned = plan(purchases)
    shares = share_out(planned, 3)
    claimed = np.concatenate([share.number[~share.opens] for share in shares])
    assert sorted(claimed.tolist()) == list(range(len(planned.units.at)))
    stores = [set(planned.units.store[share.number[~share.opens]].tolist()) for share in shares]
    assert sum(map(len, stores)) == len(set.union(*stores)) == len(purchases.stores)
    assert all((np.diff(share.at) >= 0).all() for share in shares)


def recorded_as_expected(purchases: Purchases) -> Recorded:
    expected = purchases.expected
    figures = {
        store_id: Figures(units, expected.rewards_fen[store_id], units * TERMINAL_FEN, units * TERMINAL_FEN)
        for store_id, units in expected.units.items()
    }
    dealers: dict[int, int] = {}
    for store_id, units in expected.units.items():
        dealers[store_id % DEALERS] = dealers.get(store_id % DEALERS, 0) + units * DEALER_FEN
    return Recorded(figures, expected.units_a_day, dealers, expected.all_units, 0, 0, [])


@pytest.mark.parametrize(
    ("wrong", "bar"),
    [
        ({"units": -1}, "replay_units_match"),
        ({"rewards_fen": 1}, "replay_rewards_match"),
        ({"commission_fen": 1}, "replay_commissions_match"),
        ({"wallet_fen": -1}, "replay_commissions_match"),
    ],
)
def test_one_unit_or_one_cent_off_in_one_store_is_a_bar_that_falls_short(
    purchases: Purchases, wrong: dict[str, int], bar: str
) -> None:
    recorded = recorded_as_expected(purchases)
    assert all(bar.holds for bar in bars(purchases.expected, recorded, 0))
    (name, offset), store_id = *wrong.items(), purchases.stores[0]
    figures = recorded.stores[store_id]
    recorded.stores[store_id] = replace(figures, **{name: getattr(figures, name) + offset})
    assert [bar.name for bar in bars(purchases.expected, recorded, 0) if not bar.holds] == [bar]
