"""Workers: everything runs, nothing is lost, one failure stops nobody else."""

import dataclasses
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app import tenancy
from app.kit import clock, outbox, schedule
from app.kit.outbox import JobRow
from app.kit.transaction import global_transaction
from app.kit.worker import Worker
from app.reactions import LONG, REACTIONS, SCHEDULE
from tests.builders.jobs import forget_jobs_of_tests
from tests.builders.ledger import in_parallel
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]


@dataclasses.dataclass(frozen=True, slots=True)
class Ordered:
    cause: str
    number: int


class Bench:
    """What the job below did, and which numbers it refuses."""

    def __init__(self) -> None:
        self.done: Counter[int] = Counter()
        self.running: Counter[int] = Counter()
        self.overlapped: set[int] = set()
        self.refused: set[int] = set()
        self.lock = threading.Lock()


_bench = Bench()


def work(*, number: int) -> None:
    with _bench.lock:
        _bench.running[number] += 1
        if _bench.running[number] > 1:
            _bench.overlapped.add(number)
    if number in _bench.refused:
        raise ValueError(number)
    with _bench.lock:
        _bench.running[number] -= 1
        _bench.done[number] += 1


_rounds: list[tuple[int, datetime]] = []


def come_round(*, brand_id: int, at: datetime) -> None:
    _rounds.append((brand_id, at))
    if brand_id < 0:
        raise ValueError(brand_id)


@pytest.fixture
def bench(app: Flask) -> Iterator[Bench]:
    outbox.bind({**REACTIONS, Ordered: (work,)}, [item.job for item in SCHEDULE])
    forget_jobs_of_tests()
    _bench.__init__()
    _rounds.clear()
    yield _bench
    outbox.bind(REACTIONS, [item.job for item in SCHEDULE], LONG)
    forget_jobs_of_tests()


def order(committed: Opener, *numbers: int) -> None:
    with committed() as session:
        for number in numbers:
            outbox.publish(session, Ordered(f"order:{number}", number), at=clock.now())


def a_worker(app: Flask, *recurring: schedule.Recurring, brands: Callable = tenancy.all_brand_ids) -> Worker:
    return Worker(app, recurring, brands, app.extensions["malu_redis"])


def test_two_workers_run_every_job_once_and_none_at_the_same_time(
    app: Flask, committed: Opener, bench: Bench
) -> None:
    order(committed, *range(120))
    in_parallel(app, 2, lambda _: a_worker(app).run_until_idle(), threads=2)
    assert set(bench.done) == set(range(120))
    assert set(bench.done.values()) == {1}
    assert not bench.overlapped


def test_a_failing_job_keeps_its_error_and_stops_no_other(
    committed: Opener, bench: Bench, worker: Callable[[], int], caplog: pytest.LogCaptureFixture
) -> None:
    bench.refused = {3}
    order(committed, 1, 2, 3, 4)
    with caplog.at_level(logging.CRITICAL, logger="app.kit.worker"):
        worker()
    assert set(bench.done) == {1, 2, 4}
    with committed() as session:
        (left,) = session.scalars(select(JobRow)).all()
        assert (left.args, left.error, left.attempts) == ({"number": 3}, "ValueError(3)", 1)
        assert left.run_at > clock.now()


def test_a_job_whose_worker_died_is_run_by_the_next(
    brand: TestBrand, committed: Opener, bench: Bench, worker: Callable[[], int]
) -> None:
    order(committed, 1)
    died_at = clock.now() - outbox.LEASE - timedelta(seconds=1)
    with committed() as session:
        session.execute(update(JobRow).values(run_at=died_at))
        assert len(outbox.lease(session, brand_id=brand.id, at=died_at, limit=1)) == 1
    worker()
    assert bench.done == {1: 1}


def test_a_worker_told_to_stop_ends_after_what_it_has_at_hand(app: Flask, committed: Opener, bench: Bench) -> None:
    order(committed, 1)
    made = a_worker(app)
    made.stop.set()
    made.run_forever()
    assert not bench.done


def test_a_running_worker_finds_new_jobs_without_redis(app: Flask, committed: Opener, bench: Bench) -> None:
    nobody = Redis.from_url("unix:///nonexistent/redis.sock")
    made = Worker(app, (), tenancy.all_brand_ids, nobody)

    def run() -> None:
        with app.app_context():
            made.run_forever()

    thread = threading.Thread(target=run)
    thread.start()
    order(committed, 1)
    pause = threading.Event()
    while not bench.done and thread.is_alive():
        pause.wait(0.01)
    made.stop.set()
    thread.join(10)
    assert bench.done == {1: 1}
    assert not thread.is_alive()


def period() -> dict[str, timedelta]:
    return {"kit.come_round": timedelta(hours=1)}


def test_one_of_eight_workers_wins_each_round(app: Flask, brand: TestBrand, at: datetime, bench: Bench) -> None:
    kind = f"kit.round_{brand.id}"
    with global_transaction() as session:
        session.execute(text("INSERT INTO kit_round VALUES (:kind, :at)"), {"kind": kind, "at": at})

    def take(now: datetime) -> list[str]:
        with global_transaction() as session:
            return schedule.take_due(session, {kind: timedelta(hours=1)}, at=now)

    assert sorted(in_parallel(app, 8, lambda _: take(at), threads=8)) == [[]] * 7 + [[kind]]
    assert take(at + timedelta(minutes=59)) == []
    assert take(at + timedelta(hours=1)) == [kind]


def test_registering_the_schedule_again_keeps_the_rounds(app: Flask, brand: TestBrand, bench: Bench) -> None:
    recurring = (schedule.Recurring(come_round, every=timedelta(hours=1)),)
    early, late = clock.now() - timedelta(days=9), clock.now()
    for at in (early, late):
        with global_transaction() as session:
            schedule.register(session, recurring, at=at)
    with global_transaction() as session:
        kept = session.scalar(select(schedule.Round.next_at).where(schedule.Round.kind == "kit.come_round"))
    assert kept is not None
    assert kept <= late


def test_a_round_runs_for_every_brand_even_when_it_fails_for_one(
    app: Flask, brand: TestBrand, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    recurring = schedule.Recurring(come_round, every=timedelta(microseconds=1))
    made = a_worker(app, recurring, brands=lambda _: [-1, brand.id])
    stop_after_one = made._round

    def round_once() -> int:
        made.stop.set()
        return stop_after_one() or 1

    made._round = round_once
    with caplog.at_level(logging.CRITICAL, logger="app.kit.worker"):
        made.run_forever()
    assert [brand_id for brand_id, _ in _rounds] == [-1, brand.id]


@dataclasses.dataclass(frozen=True, slots=True)
class FileOrdered:
    cause: str
    number: int


_gate = threading.Event()


def work_long(*, number: int) -> None:
    _gate.wait(30)
    work(number=number)


def test_short_jobs_do_not_wait_for_long_ones(app: Flask, committed: Opener, bench: Bench) -> None:
    reactions = {**REACTIONS, Ordered: (work,), FileOrdered: (work_long,)}
    outbox.bind(reactions, [item.job for item in SCHEDULE], [work_long])
    _gate.clear()
    made = a_worker(app)

    def run() -> None:
        with app.app_context():
            made.run_forever()

    with committed() as session:
        outbox.publish(session, FileOrdered("file:1", 1), at=clock.now() - timedelta(minutes=1))
    order(committed, 2)
    thread = threading.Thread(target=run)
    thread.start()
    pause = threading.Event()
    while 2 not in bench.done and thread.is_alive():
        pause.wait(0.01)
    assert bench.done == {2: 1}
    _gate.set()
    while 1 not in bench.done and thread.is_alive():
        pause.wait(0.01)
    made.stop.set()
    thread.join(10)
    assert bench.done == {1: 1, 2: 1}


def test_a_long_job_keeps_its_lease_from_others(
    app: Flask, brand: TestBrand, committed: Opener, bench: Bench
) -> None:
    outbox.bind({**REACTIONS, FileOrdered: (work_long,)}, [item.job for item in SCHEDULE], [work_long])
    at = clock.now()
    with committed() as session:
        outbox.publish(session, FileOrdered("file:1", 1), at=at)
        assert outbox.lease(session, brand_id=brand.id, at=at, limit=9) == []
        (mine,) = outbox.lease(session, brand_id=brand.id, at=at, limit=9, long=True)
    late = at + outbox.LEASE - timedelta(seconds=1)
    with committed() as session:
        outbox.extend(session, mine, at=late)
    with committed() as session:
        assert outbox.lease(session, brand_id=brand.id, at=at + outbox.LEASE, limit=9, long=True) == []
        (theirs,) = outbox.lease(session, brand_id=brand.id, at=late + outbox.LEASE, limit=9, long=True)
        outbox.extend(session, mine, at=late + timedelta(days=1))
    with committed() as session:
        row = session.scalars(select(JobRow).where(JobRow.id == theirs.id)).one()
        assert row.run_at == late + 2 * outbox.LEASE
