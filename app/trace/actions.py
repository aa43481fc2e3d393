from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app import codes
from app.kit.uploads import Received
from app.trace.errors import TooManyReports, UnknownReport
from app.trace.models import ReportRow
from app.trace.queries import report_row, reports_of

MOST_REPORTS = 20


def attach_report(
    session: Session, *, batch_id: int, title: str, media_type: str, file: Received, by: int, at: datetime
) -> ReportRow:
    """Show a received file to whoever scans a code of the batch. Raises `UnknownBatch`, `TooManyReports`."""
    codes.batch_row(session, batch_id, lock=True)
    if len(reports_of(session, batch_id)) >= MOST_REPORTS:
        raise TooManyReports
    row = ReportRow(
        batch_id=batch_id,
        title=title,
        media_type=media_type,
        file=file.name,
        size=file.size,
        sha256=file.sha256,
        attached_by=by,
        attached_at=at,
    )
    session.add(row)
    session.flush()
    return row


def remove_report(session: Session, *, report_id: int, at: datetime) -> ReportRow:
    """Stop showing a report; its row stays. Raises `UnknownReport`, also for the loser of two removals."""
    row = report_row(session, report_id)
    once = update(ReportRow).where(ReportRow.id == report_id, ReportRow.removed_at.is_(None))
    if session.execute(once.values(removed_at=at).returning(ReportRow.id)).first() is None:
        raise UnknownReport
    return row
