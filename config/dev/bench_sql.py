"""Counts the statements PostgreSQL is asked to run while garbage is scanned, by its own log."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from config.dev.bench_load import Load, Request, get
from config.dev.bench_ratios import CLIENTS, random_text
from config.dev.bench_report import Bar
from config.dev.bench_seed import Plan
from config.dev.bench_world import World
from config.dev.processes import CannotContinue, say, wait_until

GARBAGE = 2_000
READY_SECONDS = 20
_MARKS = ("LOG:  statement: ", "LOG:  execute ")
_WATCHER = "SELECT brand_id, version FROM kit_version"  # every process asks once a second; it is not the request's
_FRAME = ("BEGIN", "COMMIT", "ROLLBACK")


def count_statements(world: World, plan: Plan) -> Bar:
    """Every statement is logged while garbage is scanned; a genuine code shows that the log would tell."""
    with _every_statement_logged(world):
        if not wait_until(
            lambda: bool(_while(world, lambda: _resolve(world, plan, [plan.codes[0][1]]))), READY_SECONDS
        ):
            raise CannotContinue("a genuine code leaves no statement in PostgreSQL's log")
        _resolve(world, plan, [random_text() for _ in range(GARBAGE)])  # every worker has read its brand by now
        found = _while(world, lambda: _resolve(world, plan, [random_text() for _ in range(GARBAGE)]))
    for statement, times in found.most_common(3):
        say(f"garbage asked {times} times: {statement[:90]}")
    return Bar("garbage_sql_statements", found.total(), "==", 0)


def _resolve(world: World, plan: Plan, texts: list[str]) -> None:
    requests = (Request(get(f"/api/consumer/codes/{text}", f"Host: {plan.host}")) for text in texts)
    Load(world.ports["product"], clients=CLIENTS).run(requests)


def _while(world: World, work: Callable[[], None]) -> Counter[str]:
    """What was asked meanwhile, without the watchers' statements and the transactions around them."""
    log = world.postgres.data_dir / "server.log"
    start = log.stat().st_size
    work()  # every statement is in the file before its answer is sent
    with log.open("rb") as file:
        file.seek(start)
        asked = Counter(_statements(file.read().decode(errors="replace")))
    watched = asked.pop(_WATCHER, 0)
    for frame in _FRAME:
        asked[frame] -= watched
    return +asked


def _statements(text: str) -> Iterator[str]:
    for line, mark in itertools.product(text.splitlines(), _MARKS):
        _, found, rest = line.partition(mark)
        if found:
            yield rest.partition(": ")[2] if "execute" in mark else rest


@contextmanager
def _every_statement_logged(world: World) -> Iterator[None]:
    _configure(world, "ALTER SYSTEM SET log_statement = 'all'")
    try:
        yield
    finally:
        _configure(world, "ALTER SYSTEM RESET log_statement")


def _configure(world: World, statement: str) -> None:
    with world.connect() as connection:
        connection.execute(statement.encode())
        connection.execute("SELECT pg_reload_conf()")
