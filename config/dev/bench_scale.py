"""Does a brand with ten thousand times as many codes resolve as fast, and does a guess ever cost a statement?

``python -m config.dev.bench_scale seed FILE`` founds the two brands in a process of its own.
"""

import itertools
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import event

from app import catalog, codes, tenancy
from app.catalog.rules import check_digit
from app.factory import create_app
from app.kit import clock
from app.kit.database import database
from app.kit.transaction import global_transaction, transaction
from config.dev.bench_load import Load, Request, get
from config.dev.bench_ratios import CLIENTS, random_text
from config.dev.bench_report import Bar
from config.dev.bench_world import World
from config.dev.environment import ROOT
from config.dev.processes import CannotContinue, finish, say
from config.settings import Settings

BATCH = 20_000_000
BRANDS = {"million": (1, 1_000_000), "billions": (500, BATCH)}
SAMPLED = 4_000
ROUNDS, SECONDS = 7, 1.5
GUESSES = 1_000_000
GTIN_BODY = "690000000002"
OK = 200


def main(argv: Sequence[str]) -> int:
    app = create_app(Settings.from_env(os.environ))
    with app.app_context():
        match argv:
            case ["seed", file]:
                texts = {name: _found(name, *shape) for name, shape in BRANDS.items()}
                Path(file).write_text(json.dumps(texts), encoding="utf-8")
            case ["guess", host, file]:
                app.extensions["malu_watch"].set()  # it asks once a second, whoever guesses
                Path(file).write_text(json.dumps(_guess(host)), encoding="utf-8")
            case _:
                raise SystemExit(__doc__)
    return 0


def seed_scale(world: World) -> None:
    _own_process(world, "seed", str(_texts_file(world)))


def measure_scale(world: World) -> Bar:
    """CPU of a resolve call among ten billion codes against one among a million, slice by slice in one run."""
    texts = json.loads(_texts_file(world).read_text(encoding="utf-8"))
    calls = {name: _calls(name, of_brand) for name, of_brand in texts.items()}
    costs: dict[str, list[float]] = {name: [] for name in calls}
    for requests in calls.values():
        _slice(world, requests)
    for _ in range(ROUNDS):
        for name, requests in calls.items():
            costs[name].append(_slice(world, requests))
    shown = {name: f"{statistics.median(cost) * 1e6:.0f} µs" for name, cost in costs.items()}
    say(f"resolve among a million {shown['million']}, among ten billion {shown['billions']} of CPU")
    ratio = statistics.median(many / few for many, few in zip(costs["billions"], costs["million"], strict=True))
    return Bar("resolve_ten_billion_of_million", round(ratio, 3), "<=", 1.2)


def measure_guesses(world: World) -> list[Bar]:
    """A million random texts against ten billion codes, in a process that counts what it asks the database."""
    file = world.folder / "guesses.json"
    _own_process(world, "guess", _host("billions"), str(file))
    found = json.loads(file.read_text(encoding="utf-8"))
    return [
        Bar("guesses", found["guesses"], ">=", GUESSES),
        Bar("guesses_accepted", found["accepted"], "==", 0),
        Bar("guesses_statements", found["statements"], "==", 0),
    ]


def _found(name: str, batches: int, size: int) -> list[str]:
    """A brand whose codes are all active; some of their texts."""
    with global_transaction() as session:
        brand_id = tenancy.add_brand(session, slug=name, name=name, name_en=name, color="#0A6CFF")
        tenancy.add_host(session, brand_id=brand_id, host=_host(name))
    with transaction(brand_id) as session:
        product = catalog.create_product(session, name=name, name_en=name)
        gtin = GTIN_BODY + str(check_digit(GTIN_BODY))
        sku_id = catalog.add_sku(session, product_id=product.id, gtin=gtin, name=name, spec="1").id
    made = [_batch(brand_id, sku_id, f"B{number}", size) for number in range(batches)]
    chance = random.Random(9)
    chosen = [chance.choice(made) for _ in range(SAMPLED)]
    return [text for text in _texts(brand_id, chosen, chance) if text]


def _batch(brand_id: int, sku_id: int, number: str, size: int) -> codes.BatchInfo:
    at = clock.now()
    with transaction(brand_id) as session:
        batch = codes.mint_batch(
            session, sku_id=sku_id, number=number, level="unit", count=size, has_inner=False, at=at
        )
        codes.activate(session, batch_id=batch.id, by=1, at=at)
    return batch


def _texts(brand_id: int, batches: Sequence[codes.BatchInfo], chance: random.Random) -> Iterator[str | None]:
    return (codes.text_of(brand_id, chance.randrange(batch.lo, batch.hi)) for batch in batches)


def _guess(host: str) -> dict[str, int]:
    brand_id = tenancy.brand_for_host(host).id
    codes.read(brand_id, random_text())
    statements = 0

    @event.listens_for(database.engine, "checkout")
    def _count(*_: object) -> None:
        nonlocal statements
        statements += 1

    accepted = sum(codes.read(brand_id, random_text()) is not None for _ in range(GUESSES))
    return {"guesses": GUESSES, "accepted": accepted, "statements": statements}


def _slice(world: World, requests: Iterator[Request]) -> float:
    """CPU seconds per request of all servers together."""
    load = Load(world.ports["product"], clients=CLIENTS)
    before, end = world.spent("product"), time.perf_counter() + SECONDS
    sample = load.run(requests, until=lambda: time.perf_counter() > end)
    if sample.statuses[OK] != sample.count or not sample.count:
        raise CannotContinue(f"resolve was answered with {dict(sample.statuses)}")
    return (world.spent("product") - before).total / sample.count


def _calls(name: str, texts: Sequence[str]) -> Iterator[Request]:
    return (Request(get(f"/api/consumer/codes/{text}", f"Host: {_host(name)}")) for text in itertools.cycle(texts))


def _own_process(world: World, *arguments: str) -> None:
    command = [sys.executable, "-m", "config.dev.bench_scale", *arguments]
    finish(command, what="the large brands", log=world.log("scale"), env=world.env, cwd=ROOT)


def _texts_file(world: World) -> Path:
    return world.folder / "scale.json"


def _host(name: str) -> str:
    return f"{name}.malu.test"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
