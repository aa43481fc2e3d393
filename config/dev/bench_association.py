"""What association costs: a file of a million lines, the storage of ten million units, the lineage over them.

``measure_association(world)`` gives the bars; the work runs in processes of their own, in the world's environment:
``python -m config.dev.bench_association stock`` fills and measures, ``… import BRAND ID`` checks one file.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import catalog, channel, codes, custody, tenancy
from app.catalog.rules import check_digit
from app.codes.actions import register_import
from app.codes.actions.packing import associate
from app.codes.actions.windows import insert_packings, lock_packing
from app.codes.jobs.imports import check_import
from app.codes.queries import import_row
from app.codes.rules import print_url
from app.codes.rules.associations import Associations
from app.codes.rules.packing import Link, Packing, Parents, stretches
from app.codes.rules.ranges import Run
from app.factory import create_app
from app.kit import clock, files
from app.kit.database import raw
from app.kit.ids import new_id
from app.kit.transaction import global_transaction, transaction
from app.kit.uploads import Received
from config.dev.bench_report import Bar, show_bars, show_table
from config.dev.bench_world import World, open_world
from config.dev.environment import ROOT, VAR
from config.dev.processes import CannotContinue, say
from config.settings import Settings

LINES = 1_000_000
UNITS, CASES, PALLETS = 10_000_000, 400_000, 4_000
PER_CASE = UNITS // CASES
REJECTED = 0.02
MOST_IMPORT_SECONDS, MOST_RSS_MB, MOST_LINEAGE, MOST_BYTES = 60, 256, 6, 6
ASKED = 3_000
CHUNK = 1_000_000
SIZE = text("SELECT pg_total_relation_size('codes_packing')")


def main(argv: Sequence[str]) -> int:
    if not argv:
        with open_world(VAR / "bench-association", "small") as world:
            return show_bars(measure_association(world))
    with create_app(Settings.from_env(os.environ)).app_context():
        match argv:
            case ["stock"]:
                told = _stock(clock.now())
            case ["import", brand_id, import_id]:
                told = _import(int(brand_id), int(import_id))
            case _:
                raise SystemExit(__doc__)
    print(json.dumps(told))
    return 0


def measure_association(world: World) -> Iterator[Bar]:
    """The bars of the issue; the other figures are shown as a table."""
    stock = _run(world, "stock")
    imported = {
        kind: _run(world, "import", str(stock["brand"]), str(stock[kind])) for kind in ("clean", "shuffled")
    }
    show_table(
        ("association", "seconds", "rss +MB", "lineage µs", "of SELECT 1", "units of a case µs", "bytes/unit"),
        [
            *(
                (f"import, {kind}", f"{one['seconds']:.1f}", f"{one['rss_mb']:.0f}", "", "", "", "")
                for kind, one in imported.items()
            ),
            *((f"stored, {kind}", "", "", *map(_figure, figures)) for kind, figures in stock["stored"].items()),
        ],
    )
    yield Bar(
        "association_import_seconds", max(o["seconds"] for o in imported.values()), "<=", MOST_IMPORT_SECONDS
    )
    yield Bar("association_import_rss_mb", max(o["rss_mb"] for o in imported.values()), "<=", MOST_RSS_MB)
    ratios = [figures[1] for figures in stock["stored"].values()]
    yield Bar("lineage_p50_of_select_1", max(ratios), "<=", MOST_LINEAGE)
    yield Bar("association_bytes_per_unit", stock["stored"]["in order"][-1], "<=", MOST_BYTES)
    yield Bar("association_bytes_per_unit_rejects", stock["stored"]["2 % rejects"][-1], "<=", MOST_BYTES)


def _figure(value: float) -> str:
    return f"{value:.2f}"


def _run(world: World, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "config.dev.bench_association", *arguments]
    say(f"association: {' '.join(arguments)}")
    done = subprocess.run(command, cwd=ROOT, env=world.env, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise CannotContinue(f"the bench of associations failed: {' '.join(arguments)}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _import(brand_id: int, import_id: int) -> dict[str, float]:
    """Check and store one file; the growth of the process beyond what it is before, in MB."""
    before, start = _peak_mb(), time.perf_counter()
    check_import(brand_id=brand_id, import_id=import_id)
    seconds, grown = time.perf_counter() - start, _peak_mb() - before
    with transaction(brand_id) as session:
        state = import_row(session, import_id).state
    if state != "done":
        raise CannotContinue(f"the import is {state}")
    return {"seconds": seconds, "rss_mb": grown}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@dataclass(frozen=True, slots=True)
class Stock:
    """One brand's goods: what is packed is up to each measurement."""

    brand_id: int
    units: codes.BatchInfo
    cases: codes.BatchInfo
    pallets: codes.BatchInfo


def _stock(at: datetime) -> dict[str, Any]:
    stored: dict[str, tuple[float, ...]] = {}
    for kind, pack in (("in order", _in_order), ("2 % rejects", _with_rejects), ("rows of runs", _as_runs)):
        stock = _goods(kind, UNITS, at)
        before = _size(stock.brand_id)
        packed = pack(stock, at)
        size = (_size(stock.brand_id) - before) / packed
        _ship(stock, at)
        stored[kind] = (*_lineage(stock), size)
    lines = _goods("lines", 2 * LINES, at)
    clean = _file(lines, "clean", np.arange(LINES), at)
    shuffled = LINES + np.random.default_rng(5).permutation(LINES)
    return {
        "brand": lines.brand_id,
        "clean": clean,
        "shuffled": _file(lines, "shuffled", shuffled, at),
        "stored": stored,
    }


def _goods(name: str, units: int, at: datetime) -> Stock:
    with global_transaction() as session:
        slug = f"bench-{new_id()}"
        brand_id = tenancy.add_brand(session, slug=slug, name=name, name_en=name, color="#0A6CFF")
    with transaction(brand_id) as session:
        product = catalog.create_product(session, name="清泉饮用天然水", name_en="Spring water")
        body = "690000000002"
        gtin = body + str(check_digit(body))
        sku = catalog.add_sku(session, product_id=product.id, gtin=gtin, name="清泉", spec="500ml")
        made = [
            codes.mint_batch(
                session, sku_id=sku.id, number=level, level=level, count=count, has_inner=level == "unit", at=at
            )
            for level, count in (("unit", units), ("case", units // PER_CASE), ("pallet", PALLETS))
        ]
        codes.pack(
            session, parents_batch_id=made[2].id, children_batch_id=made[1].id, per_parent=CASES // PALLETS, at=at
        )
    return Stock(brand_id, *made)


def _in_order(stock: Stock, at: datetime) -> int:
    return _associate(stock, stock.units.lo + np.arange(UNITS), at)


def _with_rejects(stock: Stock, at: datetime) -> int:
    return _associate(stock, _kept(stock), at)


def _kept(stock: Stock) -> Parents:
    return stock.units.lo + np.flatnonzero(np.random.default_rng(7).random(UNITS) >= REJECTED)


def _associate(stock: Stock, numbers: Parents, at: datetime) -> int:
    """As the importer stores a file, a million lines a time."""
    cases = stock.cases.lo + np.arange(len(numbers)) // PER_CASE
    for start in range(0, len(numbers), CHUNK):
        lo, parent = numbers[start : start + CHUNK], cases[start : start + CHUNK]
        with transaction(stock.brand_id) as session:
            lock_packing(session)
            associate(session, Associations(lo, lo + 1, parent, lo), at=at)
    return len(numbers)


def _as_runs(stock: Stock, at: datetime) -> int:
    """The same with rejects, but a row for each unbroken part of a case: what maps save."""
    numbers = _kept(stock)
    parents = np.zeros(UNITS, np.int64)
    parents[numbers - stock.units.lo] = stock.cases.lo + np.arange(len(numbers)) // PER_CASE
    link = Link(stock.units.id, stock.cases.id, at)
    runs = [
        Packing.of_run(Run(lo, hi, int(parents[place]), hi - lo), link)
        for lo, hi, place in stretches(stock.units.lo, parents)
    ]
    for start in range(0, len(runs), CHUNK // 50):
        with transaction(stock.brand_id) as session:
            insert_packings(session, runs[start : start + CHUNK // 50])
    return len(numbers)


def _size(brand_id: int) -> int:
    with transaction(brand_id) as session:
        return int(session.execute(SIZE).scalar_one())


def _ship(stock: Stock, at: datetime) -> None:
    """Ten deliveries of pallets to two dealers."""
    with transaction(stock.brand_id) as session:
        channel.create_dealer(session, name="品牌直营", house=True, at=at)
        dealers = [channel.create_dealer(session, name=f"第{number}经销商", at=at).id for number in range(2)]
        for number in range(10):
            pallets = range(stock.pallets.lo + number * 400, stock.pallets.lo + (number + 1) * 400)
            custody.ship(session, dealer_id=dealers[number % 2], number=f"FH{number}", code_nos=pallets, at=at)
    with transaction(stock.brand_id) as session:
        session.execute(text("ANALYZE codes_packing"))


def _lineage(stock: Stock) -> tuple[float, float, float]:
    """The median in µs, how many times that of ``SELECT 1`` on the same connection, and that of a case's units."""
    draw = np.random.default_rng(11)
    asked = draw.integers(stock.units.lo, stock.units.hi, ASKED).tolist()
    cases = draw.integers(stock.cases.lo, stock.cases.hi, ASKED).tolist()
    with transaction(stock.brand_id) as session:
        asks: tuple[Callable[[int], object], ...] = (
            lambda _: raw(session).execute("SELECT 1").fetchone(),
            lambda place: custody.lineage(session, asked[place]),
            lambda place: codes.count_children(session, cases[place]),
        )
        for place in range(ASKED):  # warms the caches
            asks[1](place)
        # In turn, so that whatever else the machine does weighs on all of them alike.
        times = [[_seconds(ask, place) for ask in asks] for place in range(ASKED)]
    floor, lineage, children = (statistics.median(column) for column in zip(*times, strict=True))
    return lineage * 1e6, lineage / floor, children * 1e6


def _seconds(ask: Callable[[int], object], place: int) -> float:
    start = time.perf_counter()
    ask(place)
    return time.perf_counter() - start


def _file(stock: Stock, name: str, order: Parents, at: datetime) -> int:
    """A file of a million lines as a line writes it: addresses of units, packed in the order given."""
    with transaction(stock.brand_id) as session:
        cases = [print_url("https://q.example.com", one.outer) for one in _texts(session, stock.cases)]
        lo, hi = stock.units.lo + int(order.min()), stock.units.lo + int(order.max()) + 1
        units = [print_url("https://q.example.com", one.outer) for one in _texts(session, stock.units, lo, hi)]
    first = int(order.min())
    kept = f"associations/{name}.csv"
    with files.writing(stock.brand_id, kept) as file:
        file.write(b"parent,child,position,time\n")
        for place, unit in enumerate(order.tolist()):
            case = cases[(first + place) // PER_CASE]
            file.write(f"{case},{units[unit - first]},{place % PER_CASE},2026-11-25 08:00:00\n".encode())
    path = files.path_of(stock.brand_id, kept)
    received = Received(kept, path, path.stat().st_size, name)
    with transaction(stock.brand_id) as session:
        row, _ = register_import(
            session, received, name=f"{name}.csv", source="folder", head={}, dry_run=False, by=None, at=at
        )
    return row.id


def _texts(
    session: Session, batch: codes.BatchInfo, lo: int | None = None, hi: int | None = None
) -> Iterator[codes.PrintedCode]:
    return codes.printed(session, batch_id=batch.id, lo=lo, hi=hi)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
