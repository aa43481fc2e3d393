from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.trace.errors import UnknownReport
from app.trace.models import ReportRow


def reports_of(session: Session, batch_id: int) -> Sequence[ReportRow]:
    """The reports of a batch that have not been removed, oldest first."""
    statement = select(ReportRow).where(ReportRow.batch_id == batch_id, ReportRow.removed_at.is_(None))
    return session.scalars(statement.order_by(ReportRow.id)).all()


def report_row(session: Session, report_id: int) -> ReportRow:
    """A report that has not been removed; raises `UnknownReport`."""
    row = session.scalar(select(ReportRow).where(ReportRow.id == report_id, ReportRow.removed_at.is_(None)))
    if row is None:
        raise UnknownReport
    return row
