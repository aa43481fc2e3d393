"""``./malu bench-risk [SEEDS…]``: five attacks among honest people, with and without the defence."""

import argparse
import importlib
import time
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count
from typing import Any

from config.dev.bench_report import Bar, show_bars, show_table
from config.dev.processes import say

SEEDS = tuple(range(1, 21))
MOST_WRONGED_PERCENT = 0.1
LEAST_CUT_PERCENT = 90
FEN = 100
HEADER = ("attack", "recall %", "lost without ¥", "lost with ¥", "cut %")


def simulate(seed: int) -> Any:
    """One seed's report: in a process of its own."""
    return importlib.import_module("tests.load.risk_simulation").simulate(seed)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser("./malu bench-risk", description=__doc__)
    parser.add_argument("seeds", nargs="*", type=int, default=list(SEEDS), help="1 to 20 without any")
    seeds = parser.parse_args(argv).seeds
    began = time.monotonic()
    reports = []
    with ProcessPoolExecutor(cpu_count()) as pool:
        for report in pool.map(simulate, seeds):
            reports.append(report)
            _show(report)
    say(f"{len(reports)} seeds in {time.monotonic() - began:.0f} s")
    return show_bars(bar for report in reports for bar in bars_of(report))


def _show(report: Any) -> None:
    say(
        f"seed {report.seed}: {report.people} honest people, {report.wronged} wrongly refused,"
        f" {report.asked_percent:.1f} % asked for a phone number, {report.declined} of them would not give it"
    )
    show_table(HEADER, _rows(report))


def _rows(report: Any) -> list[tuple[str, ...]]:
    return [
        (
            attack,
            f"{100 * report.recall[attack]:.0f}",
            f"{before / FEN:.0f}",
            f"{report.taken[attack] / FEN:.0f}",
            f"{report.cut_percent(attack):.1f}",
        )
        for attack, before in sorted(report.taken_before.items())
    ]


def bars_of(report: Any) -> list[Bar]:
    """Per seed: honest people who were not paid, and how much less each attack took."""
    cuts = [
        Bar(f"risk_{report.seed}_{attack}_cut_percent", report.cut_percent(attack), ">=", LEAST_CUT_PERCENT)
        for attack in sorted(report.taken_before)
    ]
    wronged = f"risk_{report.seed}_wrongly_refused_percent"
    return [Bar(wronged, report.wronged_percent, "<=", MOST_WRONGED_PERCENT), *cuts]
