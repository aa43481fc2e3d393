"""Plans: changes of state that are carried out once, at once or when they are due, and kept as a record.

A withdrawal is for ever, so it is a request until a second person has agreed to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.codes.actions.places import placed
from app.codes.errors import DuePast, OwnRequest, PlanSettled, ReasonMissing, UnknownPlan
from app.codes.models import PlanRow
from app.kit.errors import AppError

LATEST = timedelta(days=366)
NEEDS_REASON = ("void", "freeze")
NEEDS_REVIEW = ("void",)


@dataclass(frozen=True, slots=True)
class NewPlan:
    """``kind`` is activate, void, freeze or thaw; without ``due_at`` it is for now."""

    kind: str
    subject: str
    ranges: Sequence[tuple[int, int]]
    campaign_id: int | None = None
    reason: str | None = None
    due_at: datetime | None = None


def plan(session: Session, new: NewPlan, *, by: int, at: datetime) -> PlanRow:
    """Write a change down, to be carried out by `take_plan`'s caller, if need be after `review_plan`.

    Raises `RangeOutsideBatch`, `DuePast`, and `ReasonMissing`.
    """
    if new.due_at is not None and not at < new.due_at <= at + LATEST:
        raise DuePast
    if new.kind in NEEDS_REASON and not new.reason:
        raise ReasonMissing
    places = placed(session, new.ranges, lock=False)
    row = PlanRow(
        kind=new.kind,
        subject=new.subject,
        los=[place.range.lo for place in places],
        his=[place.range.hi for place in places],
        count=sum(place.range.size for place in places),
        campaign_id=new.campaign_id,
        reason=new.reason,
        due_at=new.due_at or at,
        state="requested" if new.kind in NEEDS_REVIEW else "planned",
        planned_by=by,
        planned_at=at,
    )
    session.add(row)
    session.flush()
    return row


def review_plan(
    session: Session, *, plan_id: int, approve: bool, words: str | None, by: int, at: datetime
) -> PlanRow:
    """Agree to a requested change or refuse it, as somebody who did not ask for it.

    Raises `UnknownPlan`, `OwnRequest`, and `PlanSettled` when nobody waits for a review of it.
    """
    review = update(PlanRow).where(PlanRow.id == plan_id, PlanRow.state == "requested", PlanRow.planned_by != by)
    decided = {"state": "planned"} if approve else {"state": "refused", "settled_at": at}
    review = review.values(reviewed_by=by, reviewed_at=at, review_words=words, **decided)
    done = session.execute(review.returning(PlanRow.id)).first()
    row = _plan_row(session, plan_id)
    if done is None:
        raise OwnRequest if row.state == "requested" else PlanSettled(state=row.state)
    return row


def take_plan(session: Session, plan_id: int, *, at: datetime) -> PlanRow | None:
    """The plan, if it is due and this transaction is the one to carry it out; None for everybody else.

    It is done when the transaction commits, together with what it does.
    """
    taken = update(PlanRow).where(PlanRow.id == plan_id, PlanRow.state == "planned", PlanRow.due_at <= at)
    return session.scalar(taken.values(state="done", settled_at=at).returning(PlanRow))


def fail_plan(session: Session, plan_id: int, refusal: AppError, *, at: datetime) -> bool:
    """Keep why a due plan could not be carried out; False when it was settled meanwhile."""
    failure = {"code": refusal.code, **refusal.details}
    return _settle(session, plan_id, ["planned"], state="failed", settled_at=at, failure=failure)


def cancel_plan(session: Session, plan_id: int, *, at: datetime) -> PlanRow:
    """Call a plan off while it is requested or planned; raises `UnknownPlan` and `PlanSettled`."""
    cancelled = _settle(session, plan_id, ["requested", "planned"], state="cancelled", settled_at=at)
    row = _plan_row(session, plan_id)
    if not cancelled:
        raise PlanSettled(state=row.state)
    return row


def _plan_row(session: Session, plan_id: int) -> PlanRow:
    row = session.scalar(select(PlanRow).where(PlanRow.id == plan_id).execution_options(populate_existing=True))
    if row is None:
        raise UnknownPlan
    return row


def _settle(session: Session, plan_id: int, before: list[str], **values: Any) -> bool:
    settle = update(PlanRow).where(PlanRow.id == plan_id, PlanRow.state.in_(before))
    settled = session.execute(settle.values(**values).returning(PlanRow.id))
    return settled.first() is not None
