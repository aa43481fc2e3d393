"""Plans, as lists and as work."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.codes.models import PlanRow
from app.kit.paging import Page, page


def plan_page(session: Session, *, state: str | None, cursor: str | None, limit: int) -> Page[PlanRow]:
    statement = select(PlanRow) if state is None else select(PlanRow).where(PlanRow.state == state)
    return page(session, statement, PlanRow.id, cursor=cursor, limit=limit)


def due_plans(session: Session, *, at: datetime, limit: int) -> Sequence[int]:
    """The plans that should have been carried out by now, the one due longest first."""
    statement = select(PlanRow.id).where(PlanRow.state == "planned", PlanRow.due_at <= at)
    return session.scalars(statement.order_by(PlanRow.due_at, PlanRow.id).limit(limit)).all()
