"""``./malu replay``: a year of real purchases, every unit a scan that is claimed when and where it was sold.

Each product is a SKU with one batch of exactly as many codes as units were sold; by default the data's 68,235
article numbers, most of which sell a few units a year, are taken together by their 2,231 types. Units are packed
in cases of up to 24, shipped to the store's dealer, and opened by the store an hour before the first of them is
sold. Each household is a person who signs in and claims. At the end every store's units, rewards and commissions
are compared with sums over the data frame. Every run starts afresh: with a new var/replay, or, where DATABASE_URL
is given, with a new brand in that database, whose MALU_MASTER_KEY and MALU_TOKEN_KEYS must then be given too.
"""

import argparse
import multiprocessing
import os
import queue
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from multiprocessing.process import BaseProcess

from app.factory import create_app
from app.kit import clock, schema
from config.dev.bench_report import show_bars
from config.dev.environment import VAR, Ports, demo_environment
from config.dev.processes import CannotContinue, say
from config.dev.replay_data import GRAINS, read_purchases
from config.dev.replay_goods import Stocked, stock
from config.dev.replay_plan import Plan, plan, share_out
from config.dev.replay_report import bars, expected_figures, read_recorded, show_stores
from config.dev.replay_values import Purchases
from config.dev.replay_worker import Errand, Tally, work
from config.dev.services import erase_postgres, erase_valkey, start_postgres, start_valkey
from config.dev.test import cores
from config.settings import Settings

FOLDER = VAR / "replay"
LOOK_SECONDS = 1.0
BAR_WIDTH = 30
PLAIN_SECONDS = 15.0  # between two lines where there is no terminal


def main(argv: list[str]) -> int:
    asked = _parse(argv)
    say("reading the purchases · 读取消费数据")
    purchases = read_purchases(grain=asked.sku, weeks=asked.weeks, units=asked.units)
    planned = plan(purchases)
    _announce(purchases, planned)
    with services() as env:
        app = create_app(Settings.from_env(env))
        with app.app_context():
            return replay(purchases, planned, env, asked.workers)


def replay(purchases: Purchases, planned: Plan, env: dict[str, str], workers: int) -> int:
    """Stock the shelves, live through the purchases, compare; the exit status."""
    began, meter = clock.business_day(clock.now()), Meter()
    started = time.monotonic()
    stocked = stock(purchases, planned, meter.show)
    say(f"stocked in {time.monotonic() - started:.0f} s")
    errands = [Errand(env, stocked, purchases.households, share) for share in share_out(planned, workers)]
    started = time.monotonic()
    tally = send_out(errands, purchases.expected.all_units, meter)
    _show_rate(tally, time.monotonic() - started, len(errands))
    return _compare(purchases, stocked, tally, (began, clock.business_day(clock.now())))


def send_out(errands: list[Errand], units: int, meter: "Meter") -> Tally:
    """Let a process live through each errand; what they did together. Raises `CannotContinue` when one fails."""
    context = multiprocessing.get_context("spawn")
    reports: multiprocessing.Queue[Tally] = context.Queue()
    children: list[BaseProcess] = [
        context.Process(target=work, args=(errand, reports), daemon=True) for errand in errands
    ]
    for child in children:
        child.start()
    tally, total = Tally(), units + sum(int(errand.happenings.opens.sum()) for errand in errands)
    done = 0
    while done < total:
        try:
            tally.add(reports.get(timeout=LOOK_SECONDS))
        except queue.Empty:
            _require_well(children)
            continue
        done = tally.claims + tally.refused.total() + tally.openings
        meter.show("scans", done, total)
    for child in children:
        child.join()
    return tally


def _require_well(children: list[BaseProcess]) -> None:
    if any(child.exitcode for child in children):
        raise CannotContinue("a worker of the replay has failed; its last words are above")


def _compare(purchases: Purchases, stocked: Stocked, tally: Tally, written: tuple[date, date]) -> int:
    say("comparing with the data · 核对")
    expected = purchases.expected
    found = read_recorded(stocked, expected.units_a_day, written)
    show_stores(expected_figures(expected), found.stores)
    for finding in found.findings:
        say(f"the books: {finding}")
    for code, count in tally.refused.items():
        say(f"refused: {count} claims with {code}")
    say("")
    return show_bars(bars(expected, found, tally.refused.total()))


def _announce(purchases: Purchases, planned: Plan) -> None:
    expected = purchases.expected
    say(
        f"{len(purchases.lines.at):,} lines, {expected.all_units:,} units of {len(purchases.articles):,} SKUs"
        f" in {len(planned.cases.lo):,} cases; {len(purchases.stores)} stores of"
        f" {len(set(planned.dealer_of.values()))} dealers, {len(purchases.households):,} households,"
        f" {len(expected.units_a_day)} days"
    )
    say(f"left out: {sum(purchases.left_out.values()):,} lines")
    for reason, count in purchases.left_out.items():
        say(f"  {count:,} of quantity {reason}")


def _show_rate(tally: Tally, seconds: float, workers: int) -> None:
    say(
        f"{tally.claims:,} claims, {tally.openings:,} cases opened, {tally.jobs:,} jobs by {workers} workers"
        f" in {seconds:.0f} s; their CPU: {tally.scan_cpu:.1f} s for scans, {tally.job_cpu:.1f} s for jobs"
    )
    say(f"rate: {tally.claims / seconds:.0f} claims/s, {(tally.claims + tally.openings) / seconds:.0f} scans/s")


class Meter:
    """A bar at a terminal, now and then a line elsewhere."""

    def __init__(self) -> None:
        self._began: dict[str, float] = {}
        self._shown = 0.0

    def show(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        began = self._began.setdefault(what, now)
        pause = LOOK_SECONDS if sys.stdout.isatty() else PLAIN_SECONDS
        if done < total and now - self._shown < pause:
            return
        self._shown = now
        left = (now - began) * (total - done) / max(done, 1)
        filled = "#" * (BAR_WIDTH * done // total)
        line = f"{what:<10} [{filled:<{BAR_WIDTH}}] {done:,}/{total:,}, {left:.0f} s left"
        if sys.stdout.isatty():
            print(f"\r\033[K{line}", end="" if done < total else "\n", flush=True)
        else:
            say(line)


@contextmanager
def services() -> Iterator[dict[str, str]]:
    """The environment of the replay's processes: servers of its own unless the environment names others."""
    database, redis = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if not database:
        erase_postgres(FOLDER / "pg")
        shutil.rmtree(FOLDER / "secrets", ignore_errors=True)
    postgres = None if database else start_postgres(FOLDER / "pg", durable=True)
    valkey = None if redis else start_valkey(FOLDER / "valkey", durable=True)
    try:
        url = database or (postgres.url if postgres else "")
        schema.upgrade(url)
        yield _environment(url, redis or (valkey.url if valkey else ""), own=postgres is not None)
    finally:
        if postgres:
            postgres.stop()
        if valkey:
            erase_valkey(FOLDER / "valkey")


def _environment(database_url: str, redis_url: str, *, own: bool) -> dict[str, str]:
    """Fresh keys for our own database; another's rows are sealed under the keys that its owner has."""
    made = demo_environment(FOLDER / "secrets", Ports(0, 0, 0), database_url=database_url, redis_url=redis_url)
    names = ("MALU_MASTER_KEY", "MALU_TOKEN_KEYS")
    if own:
        return {name: value for name, value in made.items() if name not in names}
    for name in names:
        given = {name: os.environ[name] for name in (name, f"{name}_FILE") if name in os.environ}
        if not given:
            raise CannotContinue(f"with DATABASE_URL the replay needs {name} of that database")
        made = {key: value for key, value in made.items() if key != f"{name}_FILE"} | given
    return made


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "./malu replay", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weeks", type=_count, help="only the first weeks of the 53")
    parser.add_argument("--units", type=_count, help="only the first units of about 1.9 million")
    parser.add_argument("--sku", choices=GRAINS, default="type", help="what becomes a SKU (type: 2,231 in all)")
    parser.add_argument("--workers", type=_count, default=2 * cores(), help="processes (two a core)")
    return parser.parse_args(argv)


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"a whole number from 1 on, not {text!r}")
    return int(text)
