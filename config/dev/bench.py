"""``./malu bench [--quick] [--only NAMES]``: the figures of the product, each against its bar."""

import argparse
from collections.abc import Iterator

from config.dev import bench_mint
from config.dev.bench_chaos import Storm, rage
from config.dev.bench_race import race
from config.dev.bench_ratios import RATIOS, measure_ratios, shuffled
from config.dev.bench_report import Bar, show_bars
from config.dev.bench_sql import count_statements
from config.dev.bench_world import World, open_world, start_bare, start_product
from config.dev.environment import VAR
from config.dev.h5 import build_h5
from config.dev.processes import CannotContinue, say

SUBJECTS = ("mint", *RATIOS, "sql", "race", "chaos")
ACTIVE = "SELECT sum(hi - lo) FROM codes_span WHERE brand_id = %s"
LEAST_ACTIVE = 1_000_000


def main(argv: list[str]) -> int:
    asked = _parse(argv)
    bars = []
    if "mint" in asked.only:
        bars.append(Bar("mint_codes_per_second_core", bench_mint.measure_minting(), ">=", bench_mint.BOUND))
    if asked.only != ["mint"]:
        build_h5()
        with open_world(VAR / "bench", "quick" if asked.quick else "full") as world:
            start_product(world)
            bars += [_active_codes(world), *_measure(world, asked.only, quick=asked.quick)]
    say("")
    return show_bars(bars)


def _active_codes(world: World) -> Bar:
    with world.connect() as connection:
        row = connection.execute(ACTIVE, (world.plan.brand_id,)).fetchone()
    return Bar("active_codes", int(row[0]) if row else 0, ">=", LEAST_ACTIVE)


def _measure(world: World, subjects: list[str], *, quick: bool) -> Iterator[Bar]:
    codes = shuffled(world.plan)  # the second half belongs to the ratios
    racing, raging = (300, 2_000) if quick else (2_000, 20_000)
    if ratios := [subject for subject in RATIOS if subject in subjects]:
        start_bare(world, rows=world.plan.units)
        yield from measure_ratios(world, ratios, rounds=3 if quick else 7, seconds=1.0 if quick else 2.0)
    if "sql" in subjects:
        yield count_statements(world, world.plan)
    if "race" in subjects:
        yield race(world, world.plan, codes[:racing])
    if "chaos" in subjects:
        world.sign_in_again()
        storm = Storm(claims=3 * raging, kills=8 if quick else 80)
        yield from rage(world, world.plan, codes[racing : racing + raging], storm)


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("./malu bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter slices, fewer claims and kills")
    parser.add_argument(
        "--only", type=_subjects, default=list(SUBJECTS), metavar="NAMES", help=", ".join(SUBJECTS)
    )
    parser.add_argument("name", nargs="?", type=_subjects, help="the same as --only")
    asked = parser.parse_args(argv)
    asked.only = asked.name or asked.only
    return asked


def _subjects(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(SUBJECTS):
        raise CannotContinue(f"the bench knows no {', '.join(sorted(unknown))}; it knows {', '.join(SUBJECTS)}")
    return names
