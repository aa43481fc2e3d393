"""The background worker: leases due jobs brand by brand, runs them outside any lock, and keeps the schedule.

Two lanes: short jobs, and in a thread of their own the long ones (files of millions of lines), so that no payment
waits for a print file.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from app.kit import clock, outbox, schedule
from app.kit.errors import Unavailable
from app.kit.transaction import global_transaction, transaction

BATCH = 50
IDLE_SECONDS = 0.5
log = logging.getLogger(__name__)
BrandsOf = Callable[[Session], list[int]]


class Worker:
    """Runs until `stop` is set; killing it at any instant loses nothing: its leases run out."""

    def __init__(
        self, app: Flask, recurring: tuple[schedule.Recurring, ...], brands_of: BrandsOf, redis: Redis
    ) -> None:
        self.stop = threading.Event()
        self._app = app
        self._recurring = {outbox.kind_of(item.job): item for item in recurring}
        self._brands_of = brands_of
        self._redis = redis

    def run_forever(self) -> None:
        self._register()
        long_lane = threading.Thread(target=self._run_long_jobs, name="malu-long-jobs")
        long_lane.start()
        while not self.stop.is_set():
            if not self._round():
                self._rest()
        long_lane.join()

    def _register(self) -> None:
        """Write down what comes round, as soon as the database answers: it may be starting, too."""
        while not self.stop.is_set():
            try:
                with global_transaction() as session:
                    schedule.register(session, tuple(self._recurring.values()), at=clock.now())
            except Unavailable:
                log.warning("the database does not answer a worker that starts")
                self.stop.wait(IDLE_SECONDS)
            else:
                return

    def run_until_idle(self) -> int:
        """Run what is due now; the number of jobs run. For tests, the seed and the replay."""
        total = 0
        while done := self._drain() + self._drain_long():
            total += done
        return total

    def _run_long_jobs(self) -> None:
        while not self.stop.is_set():
            with self._app.app_context():
                try:
                    done = self._drain_long()
                except Unavailable:
                    log.warning("the database does not answer the lane of long jobs")
                    done = 0
            if not done:
                self.stop.wait(IDLE_SECONDS)

    def _round(self) -> int:
        try:
            self._run_recurring(clock.now())
            return self._drain()
        except Unavailable:
            log.warning("the database does not answer")
            return 0

    def _rest(self) -> None:
        """Wait until Redis says that something was published, or half a second without it."""
        try:
            self._redis.blpop(["malu:wake"], timeout=IDLE_SECONDS)
        except RedisError:
            self.stop.wait(IDLE_SECONDS)

    def _drain(self) -> int:
        at = clock.now()
        with global_transaction() as session:
            brands = outbox.due_brands(session, at=at)
        return sum(self._drain_brand(brand_id, at) for brand_id in brands)

    def _drain_long(self) -> int:
        """One long job of each brand that has any, so that none waits for all of another's."""
        at = clock.now()
        with global_transaction() as session:
            brands = outbox.due_brands(session, at=at, long=True)
        return sum(self._run_one_long(brand_id) for brand_id in brands if not self.stop.is_set())

    def _run_one_long(self, brand_id: int) -> int:
        with transaction(brand_id) as session:
            jobs = outbox.lease(session, brand_id=brand_id, at=clock.now(), limit=1, long=True)
        for job in jobs:
            with self._held(job):
                done = self._run(job)
            if done:
                with transaction(brand_id) as session:
                    outbox.finish(session, brand_id=brand_id, ids=[job.id])
        return len(jobs)

    @contextmanager
    def _held(self, job: outbox.Leased) -> Iterator[None]:
        """Renew the job's lease from a thread of its own; a process that dies stops renewing."""
        over = threading.Event()
        keeper = threading.Thread(target=self._hold, args=(job, over), name="malu-lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join()

    def _hold(self, job: outbox.Leased, over: threading.Event) -> None:
        while not over.wait(outbox.LEASE.total_seconds() / 4):
            try:
                with self._app.app_context(), transaction(job.brand_id) as session:
                    outbox.extend(session, job, at=clock.now())
            except Unavailable:
                log.warning("the database does not answer; the lease of a long job is not renewed")

    def _drain_brand(self, brand_id: int, at: datetime) -> int:
        with transaction(brand_id) as session:
            jobs = outbox.lease(session, brand_id=brand_id, at=at, limit=BATCH)
        done = [job.id for job in jobs if self._run(job)]
        if done:
            with transaction(brand_id) as session:
                outbox.finish(session, brand_id=brand_id, ids=done)
        return len(jobs)

    def _run(self, job: outbox.Leased) -> bool:
        at = clock.now()
        try:
            outbox.run(job, at=at)
        except Exception as error:
            log.exception("job failed", extra={"kind": job.kind, "job": job.id, "attempts": job.attempts})
            with transaction(job.brand_id) as session:
                outbox.postpone(session, job, error=repr(error), at=at)
            return False
        return True

    def _run_recurring(self, at: datetime) -> None:
        periods = {kind: item.every for kind, item in self._recurring.items()}
        with global_transaction() as session:
            due = schedule.take_due(session, periods, at=at)
            brands = self._brands_of(session) if due else []
        for kind in due:
            for brand_id in brands:
                self._run_round(kind, brand_id, at)

    def _run_round(self, kind: str, brand_id: int, at: datetime) -> None:
        try:
            self._recurring[kind].job(brand_id=brand_id, at=at)
        except Exception:
            log.exception("recurring job failed", extra={"kind": kind, "brand_id": brand_id})


def stop_on_signals(worker: Worker) -> None:
    """SIGTERM and SIGINT end the loop after the job at hand."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop.set())
