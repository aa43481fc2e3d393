"""``./malu bench-codes [--only NAMES]``: the figures of codes by the billion, each against its bar."""

import argparse
from collections.abc import Iterator

from config.dev import bench_mint
from config.dev.bench_association import measure_association
from config.dev.bench_packs import measure_packs
from config.dev.bench_report import Bar, show_bars
from config.dev.bench_scale import measure_guesses, measure_scale, seed_scale
from config.dev.bench_world import open_world, start_product
from config.dev.environment import VAR
from config.dev.h5 import build_h5
from config.dev.processes import CannotContinue, say

SUBJECTS = ("mint", "packs", "association", "scale")


def main(argv: list[str]) -> int:
    asked = _parse(argv)
    bars = [bar for subject in SUBJECTS if subject in asked.only for bar in _measure(subject)]
    say("")
    return show_bars(bars)


def _measure(subject: str) -> Iterator[Bar]:
    match subject:
        case "mint":
            yield Bar("mint_codes_per_second_core", bench_mint.measure_minting(), ">=", bench_mint.BOUND)
        case "packs":
            yield from measure_packs()
        case "association":
            with open_world(VAR / "bench-association", "small") as world:
                yield from measure_association(world)
        case "scale":
            build_h5()
            with open_world(VAR / "bench-codes", "small") as world:
                seed_scale(world)
                start_product(world)
                yield measure_scale(world)
                yield from measure_guesses(world)


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("./malu bench-codes", description=__doc__)
    parser.add_argument(
        "--only", type=_subjects, default=list(SUBJECTS), metavar="NAMES", help=", ".join(SUBJECTS)
    )
    return parser.parse_args(argv)


def _subjects(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(SUBJECTS):
        raise CannotContinue(f"the bench knows no {', '.join(sorted(unknown))}; it knows {', '.join(SUBJECTS)}")
    return names
