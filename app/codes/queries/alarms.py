from sqlalchemy import select
from sqlalchemy.orm import Session

from app.codes.models import AlarmRow
from app.kit.paging import Page, page


def alarm_page(session: Session, *, only_open: bool, cursor: str | None, limit: int) -> Page[AlarmRow]:
    """Alarms, newest first; ``only_open`` leaves out what somebody has acknowledged."""
    statement = select(AlarmRow)
    if only_open:
        statement = statement.where(AlarmRow.acknowledged_at.is_(None))
    return page(session, statement, AlarmRow.id, cursor=cursor, limit=limit)


def alarm_row(session: Session, alarm_id: int) -> AlarmRow | None:
    return session.scalar(select(AlarmRow).where(AlarmRow.id == alarm_id))
