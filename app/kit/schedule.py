"""Jobs that come round by themselves: a conditional UPDATE elects the worker that runs each round."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import DateTime, String, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kit.database import Model
from app.kit.outbox import Job, kind_of


class Round(Model):
    """When a recurring job is due next; global, like the leases of jobs."""

    __tablename__ = "kit_round"

    kind: Mapped[str] = mapped_column(String(80), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class Recurring:
    """A job without arguments but ``brand_id`` and ``at``, run for every brand once per period."""

    job: Job
    every: timedelta


def register(session: Session, schedule: tuple[Recurring, ...], *, at: datetime) -> None:
    for recurring in schedule:
        session.execute(
            text("INSERT INTO kit_round (kind, next_at) VALUES (:kind, :at) ON CONFLICT (kind) DO NOTHING"),
            {"kind": kind_of(recurring.job), "at": at},
        )


def take_due(session: Session, periods: Mapping[str, timedelta], *, at: datetime) -> list[str]:
    """The kinds whose round this worker has won."""
    statement = text(
        "UPDATE kit_round SET next_at = :next_at WHERE kind = :kind AND next_at <= :at RETURNING kind"
    )
    won = (
        session.execute(statement, {"kind": kind, "at": at, "next_at": at + period}).scalar()
        for kind, period in periods.items()
    )
    return [kind for kind in won if kind is not None]
