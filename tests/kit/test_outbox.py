"""Events become jobs in the transaction of their cause, and jobs run at least once."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit import clock, outbox
from app.kit.outbox import LEASE, MAX_ATTEMPTS, JobRow
from app.kit.transaction import transaction
from app.reactions import LONG, REACTIONS, SCHEDULE
from tests.builders.jobs import forget_jobs_of_tests
from tests.builders.ledger import in_parallel
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
Calls = list[tuple[str, dict]]


@dataclasses.dataclass(frozen=True, slots=True)
class Happened:
    cause: str
    number: int
    when: datetime
    day: date


@dataclasses.dataclass(frozen=True, slots=True)
class Unheard:
    cause: str


_calls: Calls = []


def note(*, brand_id: int, number: int, when: str, day: str, at: datetime) -> None:
    _calls.append(("note", {"brand_id": brand_id, "number": number, "when": when, "day": day, "at": at}))


def note_shortly(*, number: int) -> None:
    _calls.append(("note_shortly", {"number": number}))


@pytest.fixture
def calls(app: Flask) -> Iterator[Calls]:
    """What the two jobs that follow `Happened` were called with."""
    outbox.bind({**REACTIONS, Happened: (note, note_shortly)}, [item.job for item in SCHEDULE])
    forget_jobs_of_tests()
    _calls.clear()
    yield _calls
    outbox.bind(REACTIONS, [item.job for item in SCHEDULE], LONG)
    forget_jobs_of_tests()


def happen(committed: Opener, cause="one", *, number=1, at: datetime | None = None) -> None:
    at = at or clock.now()
    with committed() as session:
        outbox.publish(session, Happened(cause, number, at, at.date()), at=at)


def jobs(committed: Opener) -> list[JobRow]:
    with committed() as session:
        return list(session.scalars(select(JobRow).order_by(JobRow.kind)))


def leased(committed: Opener, brand: TestBrand, at: datetime, limit=10) -> list[outbox.Leased]:
    with committed() as session:
        return outbox.lease(session, brand_id=brand.id, at=at, limit=limit)


def test_an_event_becomes_one_job_for_each_reaction(committed: Opener, calls: Calls, at: datetime) -> None:
    happen(committed, at=at)
    found = jobs(committed)
    assert [job.kind for job in found] == ["kit.note", "kit.note_shortly"]
    assert [job.cause for job in found] == ["kit.note:one", "kit.note_shortly:one"]
    assert found[0].args == {"number": 1, "when": at.isoformat(), "day": "2026-11-02"}
    assert found[1].args == {"number": 1}


def test_a_rolled_back_event_leaves_no_job(committed: Opener, calls: Calls, at: datetime) -> None:
    with suppress(ZeroDivisionError), committed() as session:
        outbox.publish(session, Happened("one", 1, at, at.date()), at=at)
        raise ZeroDivisionError
    assert jobs(committed) == []


def test_the_same_event_twice_is_one_job_each(committed: Opener, calls: Calls) -> None:
    happen(committed)
    happen(committed)
    assert len(jobs(committed)) == 2


def test_an_event_that_the_table_does_not_name_is_refused(session: Session, at: datetime) -> None:
    with pytest.raises(outbox.UnknownEvent):
        outbox.publish(session, Unheard("one"), at=at)


def test_the_worker_runs_each_job_with_what_it_asks_for(
    brand: TestBrand, committed: Opener, calls: Calls, worker: Callable[[], int]
) -> None:
    happen(committed, number=5)
    assert worker() >= 2
    names = dict(calls)
    assert names["note_shortly"] == {"number": 5}
    assert names["note"]["brand_id"] == brand.id
    assert names["note"]["at"].tzinfo is not None
    assert jobs(committed) == []


def test_jobs_that_are_not_due_yet_wait(
    committed: Opener, calls: Calls, brand: TestBrand, worker: Callable[[], int]
) -> None:
    due_at = clock.now() + timedelta(hours=1)
    happen(committed, at=due_at)
    worker()
    assert calls == []
    assert len(leased(committed, brand, due_at)) == 2


def test_jobs_are_leased_brand_by_brand(
    brand: TestBrand, other_brand: TestBrand, committed: Opener, calls: Calls, at: datetime
) -> None:
    happen(committed, at=at)
    with transaction(other_brand.id) as session:
        assert outbox.lease(session, brand_id=other_brand.id, at=at, limit=10) == []
        assert brand.id in outbox.due_brands(session, at=at)
    assert {job.brand_id for job in leased(committed, brand, at)} == {brand.id}


def test_a_leased_job_is_seen_by_nobody_until_the_lease_runs_out(
    brand: TestBrand, committed: Opener, calls: Calls, at: datetime
) -> None:
    happen(committed, at=at)
    first = leased(committed, brand, at)
    assert [job.attempts for job in first] == [1, 1]
    assert leased(committed, brand, at + LEASE - timedelta(seconds=1)) == []
    again = leased(committed, brand, at + LEASE)
    assert {job.id for job in again} == {job.id for job in first}
    assert [job.attempts for job in again] == [2, 2]


def test_a_lease_takes_no_more_than_its_limit_and_the_longest_due_first(
    brand: TestBrand, committed: Opener, calls: Calls, at: datetime
) -> None:
    for number in (3, 1, 2):
        happen(committed, f"{number}", number=number, at=at + timedelta(seconds=number))
    taken = leased(committed, brand, at + timedelta(minutes=1), limit=2)
    assert [job.args["number"] for job in taken] == [1, 1]


def test_jobs_are_handed_out_in_the_order_of_their_events(
    brand: TestBrand, committed: Opener, calls: Calls, at: datetime
) -> None:
    for number in range(30):
        happen(committed, f"{number}", number=number, at=at)
    taken = [job.args["number"] for job in leased(committed, brand, at, limit=60)]
    assert taken == sorted(taken)
    assert len(taken) == 60


def test_eight_workers_that_lease_at_once_share_the_jobs_without_overlap(
    app: Flask, brand: TestBrand, committed: Opener, calls: Calls, at: datetime
) -> None:
    for number in range(20):
        happen(committed, f"{number}", number=number, at=at)
    taken = in_parallel(app, 8, lambda _: leased(committed, brand, at, limit=10), threads=8)
    ids = [job.id for jobs in taken for job in jobs]
    assert len(ids) == len(set(ids))
    assert len(ids) + len(leased(committed, brand, at, limit=100)) == 40


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (2, 4), (5, 32), (11, 2048)])
def test_a_failed_job_is_tried_again_after_a_doubling_delay(
    brand: TestBrand, committed: Opener, calls: Calls, at: datetime, attempts: int, seconds: int
) -> None:
    happen(committed, at=at)
    (job, *_) = leased(committed, brand, at)
    with committed() as session:
        outbox.postpone(session, dataclasses.replace(job, attempts=attempts), error="x" * 9_000, at=at)
    row = next(row for row in jobs(committed) if row.id == job.id)
    assert row.run_at == at + timedelta(seconds=seconds)
    assert row.stuck_at is None
    assert len(row.error or "") == 2_000


def test_a_job_that_always_fails_is_stuck_after_its_attempts_and_can_be_retried(
    brand: TestBrand, committed: Opener, calls: Calls, at: datetime
) -> None:
    happen(committed, at=at)
    (job, *_) = leased(committed, brand, at)
    late = at + timedelta(days=9)
    with committed() as session:
        outbox.postpone(session, dataclasses.replace(job, attempts=MAX_ATTEMPTS), error="no", at=at)
    assert job.id not in {other.id for other in leased(committed, brand, late)}
    with committed() as session:
        assert outbox.retry(session, job.id, at=late)
        assert not outbox.retry(session, job.id, at=late)
    (again,) = leased(committed, brand, late)
    assert (again.id, again.attempts) == (job.id, 1)


def test_nobody_retries_a_job_of_another_brand(
    brand: TestBrand, other_brand: TestBrand, committed: Opener, calls: Calls, at: datetime
) -> None:
    happen(committed, at=at)
    (job, *_) = leased(committed, brand, at)
    with committed() as session:
        outbox.postpone(session, dataclasses.replace(job, attempts=MAX_ATTEMPTS), error="no", at=at)
    with transaction(other_brand.id) as session:
        assert not outbox.retry(session, job.id, at=at)
