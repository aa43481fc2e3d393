from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from app.payouts.models import Payout
from app.payouts.rules import FIRST_CHECK, OPEN, REMEMBERED, STILL_ON_ITS_WAY, next_check


@dataclass(frozen=True, slots=True)
class Attempt:
    """A creation about to be sent; ``unsure_until`` bounds earlier ones that got no answer."""

    payout: Payout
    number: int
    unsure_until: datetime | None


def begin_attempt(session: Session, *, payout_id: int, mch_id: str, at: datetime) -> Attempt | None:
    """Write down, before it is sent, that a creation will be sent; None when none is wanted.

    Wanted by a payout that no answer has reached, and by one that waits without its package. After 29 days
    the platform no longer knows numbers apart, so nothing is sent again.
    """
    wanted = or_(Payout.state == "requested", and_(Payout.state == "waiting", Payout.package_info.is_(None)))
    young = or_(Payout.submitted_at.is_(None), Payout.submitted_at > at - REMEMBERED)
    statement = select(Payout).where(Payout.id == payout_id, Payout.mch_id == mch_id, wanted, young)
    payout = session.scalar(statement.with_for_update())
    if payout is None:
        return None
    earlier = payout.unsure_until
    payout.attempts += 1
    payout.submitted_at = payout.submitted_at or at
    payout.unsure_until = at + STILL_ON_ITS_WAY
    payout.check_at = at + FIRST_CHECK
    session.flush()
    return Attempt(payout, payout.attempts, earlier)


def note_refusal(session: Session, attempt: Attempt, *, code: str) -> None:
    """The attempt was answered and did nothing: it leaves no doubt behind; the payout is tried again."""
    statement = update(Payout).where(
        Payout.id == attempt.payout.id, Payout.state.in_(OPEN), Payout.attempts == attempt.number
    )
    session.execute(
        statement.values(unsure_until=attempt.unsure_until, fail_reason=code[:64]),
        execution_options={"synchronize_session": False},
    )


def lease_due(session: Session, *, at: datetime, limit: int) -> Sequence[Payout]:
    """Open payouts that are due to be asked about; until their next turn no other worker takes them."""
    due = select(Payout).where(Payout.state.in_(OPEN), Payout.check_at <= at)
    ordered = due.order_by(Payout.check_at).limit(limit).with_for_update(skip_locked=True)
    payouts = session.scalars(ordered).all()
    for payout in payouts:
        payout.checked_at, payout.check_at = at, next_check(payout.created_at, at)
    session.flush()
    return payouts
