"""The transactional outbox: events become jobs in the same transaction, workers run them at least once."""

import dataclasses
import inspect
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, DateTime, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kit import json_text
from app.kit.database import BrandModel
from app.kit.ids import new_ids
from app.kit.statement import Change, Columns, change

Job = Callable[..., None]
LEASE = timedelta(seconds=20)
MAX_ATTEMPTS = 12
GIVEN = ("brand_id", "at")  # what the worker knows itself
MAX_DELAY_SECONDS = 3600
log = logging.getLogger(__name__)

JOBS = Columns("job", id="bigint", kind="text", args="jsonb", cause="text")


class JobRow(BrandModel):
    """Work that a committed event asks for; deleted when done, kept with its error when stuck."""

    __tablename__ = "kit_job"
    __table_args__ = (
        UniqueConstraint("brand_id", "cause"),
        Index("ix_kit_job_due", "brand_id", "run_at", postgresql_where=text("stuck_at IS NULL")),
    )

    kind: Mapped[str] = mapped_column(String(80))
    args: Mapped[dict[str, Any]] = mapped_column(JSONB)
    cause: Mapped[str] = mapped_column(String(200))
    run_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(BigInteger, default=0)
    error: Mapped[str | None] = mapped_column(Text)
    stuck_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


@dataclasses.dataclass(frozen=True, slots=True)
class Leased:
    brand_id: int
    id: int
    kind: str
    args: dict[str, Any]
    attempts: int


class UnknownEvent(LookupError):
    """An event was published that the table of reactions does not name."""


_reactions: dict[type, tuple[Job, ...]] = {}
_jobs: dict[str, Job] = {}
_kinds: dict[Job, str] = {}
_needs: dict[Job, tuple[str, ...]] = {}
_given: dict[Job, tuple[str, ...]] = {}
_long: set[str] = set()


def bind(
    reactions: Mapping[type, tuple[Job, ...]], recurring: Iterable[Job] = (), long: Iterable[Job] = ()
) -> None:
    """Called once by the factory with the table of reactions, the jobs of the schedule, and the long ones."""
    _reactions.clear()
    _reactions.update(reactions)
    for job in {job for jobs in reactions.values() for job in jobs} | set(recurring):
        kind = _kinds[job] = kind_of(job)
        _jobs[kind] = job
        asked = inspect.signature(job).parameters
        _needs[job] = tuple(name for name in asked if name not in GIVEN)
        _given[job] = tuple(name for name in asked if name in GIVEN)
    _long.clear()
    _long.update(map(kind_of, long))


def kind_of(job: Job) -> str:
    """``app.payouts.jobs.send_transfer`` → ``payouts.send_transfer``."""
    package = job.__module__.split(".")[1]
    return f"{package}.{job.__name__}"


def publish(session: Session, event: Any, *, at: datetime) -> None:
    """Write one job per reaction to the event; they run after the commit, at least once.

    ``event`` is a frozen dataclass of plain values with a ``cause`` that names it uniquely in its brand.
    """
    change(session, event_change(event, brand_id=session.info["brand_id"], at=at))


def event_change(event: Any, *, brand_id: int, at: datetime) -> Change:
    """As `publish`, as a part of a larger statement."""
    if type(event) not in _reactions:
        raise UnknownEvent(type(event).__name__)
    jobs = _reactions[type(event)]
    rows = [
        (job_id, _kinds[job], _args(job, event), f"{_kinds[job]}:{event.cause}")
        for job_id, job in zip(new_ids(len(jobs)), jobs, strict=True)
    ]
    return Change(_insert(len(rows)), None, {"brand_id": brand_id, "at": at} | JOBS.params(*rows))


@cache
def _insert(count: int) -> str:
    return f"""kit_published AS (
INSERT INTO kit_job (brand_id, id, kind, args, cause, run_at, attempts)
SELECT %(brand_id)s, id, kind, args, cause, %(at)s, 0 FROM {JOBS.sql(count)}
ON CONFLICT (brand_id, cause) DO NOTHING)"""  # noqa: S608  # names of columns


def _args(job: Job, event: Any) -> str:
    """The fields of the event that the job asks for, as JSON text."""
    return json_text.dumps({name: _plain(getattr(event, name)) for name in _needs[job]})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def due_brands(session: Session, *, at: datetime, long: bool = False) -> list[int]:
    """The brands with due jobs of one lane: the long ones, or all others."""
    statement = text(
        "SELECT DISTINCT brand_id FROM kit_job"
        " WHERE run_at <= :at AND stuck_at IS NULL AND (kind = ANY(:long_kinds)) = :long"
    )
    bound = {"at": at, "long_kinds": sorted(_long), "long": long}
    return list(session.execute(statement, bound).scalars())


def lease(session: Session, *, brand_id: int, at: datetime, limit: int, long: bool = False) -> list[Leased]:
    """Take due jobs of one brand's lane, at most ``limit``: until the lease ends no other worker sees them."""
    statement = text(
        "WITH due AS MATERIALIZED ("  # else a nested loop asks again for each row and the limit holds nothing
        " SELECT id FROM kit_job WHERE brand_id = :brand_id AND run_at <= :at AND stuck_at IS NULL"
        " AND (kind = ANY(:long_kinds)) = :long ORDER BY run_at, id LIMIT :limit FOR UPDATE SKIP LOCKED)"
        " UPDATE kit_job j SET run_at = :until, attempts = j.attempts + 1 FROM due"
        " WHERE j.brand_id = :brand_id AND j.id = due.id"
        " RETURNING j.brand_id, j.id, j.kind, j.args, j.attempts"
    )
    bound = {
        "until": at + LEASE,
        "brand_id": brand_id,
        "at": at,
        "limit": limit,
        "long_kinds": sorted(_long),
        "long": long,
    }
    return sorted((Leased(*row) for row in session.execute(statement, bound)), key=lambda job: job.id)


def extend(session: Session, job: Leased, *, at: datetime) -> None:
    """Hold a long job for another lease, unless somebody else has taken it meanwhile."""
    statement = text(
        "UPDATE kit_job SET run_at = :until WHERE brand_id = :brand_id AND id = :id AND attempts = :attempts"
    )
    bound = {"until": at + LEASE, "brand_id": job.brand_id, "id": job.id, "attempts": job.attempts}
    session.execute(statement, bound)


def run(job: Leased, *, at: datetime) -> None:
    """Call the job's function; it opens its own transactions."""
    function = _jobs[job.kind]
    given = {"brand_id": job.brand_id, "at": at}
    function(**job.args, **{name: given[name] for name in _given[function]})


def finish(session: Session, *, brand_id: int, ids: list[int]) -> None:
    """Forget jobs of one brand that are done."""
    statement = text("DELETE FROM kit_job WHERE brand_id = :brand_id AND id = ANY(:ids)")
    session.execute(statement, {"brand_id": brand_id, "ids": ids})


def postpone(session: Session, job: Leased, *, error: str, at: datetime) -> None:
    """Try a failed job again after a doubling delay; after `MAX_ATTEMPTS` it waits for a person."""
    delay = min(2**job.attempts, MAX_DELAY_SECONDS)
    bound = {
        "run_at": at + timedelta(seconds=delay),
        "stuck_at": at if job.attempts >= MAX_ATTEMPTS else None,
        "error": error[:2000],
        "brand_id": job.brand_id,
        "id": job.id,
    }
    statement = text(
        "UPDATE kit_job SET run_at = :run_at, stuck_at = :stuck_at, error = :error"
        " WHERE brand_id = :brand_id AND id = :id"
    )
    session.execute(statement, bound)


def retry(session: Session, job_id: int, *, at: datetime) -> bool:
    """Give a stuck job another round of attempts; False when there is no such stuck job."""
    statement = text(
        "UPDATE kit_job SET run_at = :at, attempts = 0, stuck_at = NULL"
        " WHERE brand_id = :brand_id AND id = :id AND stuck_at IS NOT NULL RETURNING id"
    )
    bound = {"brand_id": session.info["brand_id"], "id": job_id, "at": at}
    return session.execute(statement, bound).first() is not None
