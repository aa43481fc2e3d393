"""Reports of fakes, as the brand and whoever made them see them."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit import sealing
from app.kit.paging import Page, page
from app.kit.resealing import sealed_column
from app.scans.errors import UnknownReport
from app.scans.models import Report


def sealed_for(brand_id: int, report_id: int) -> str:
    return f"report:{brand_id}:{report_id}"


sealed_column(Report.contact_sealed, lambda row: sealed_for(row.brand_id, row.id))


def report_row(session: Session, report_id: int) -> Report:
    """Raises `UnknownReport`."""
    row = session.scalar(select(Report).where(Report.id == report_id))
    if row is None:
        raise UnknownReport
    return row


def contact_of(row: Report) -> str | None:
    """How to reach whoever made the report."""
    if row.contact_sealed is None:
        return None
    return sealing.open_sealed(row.contact_sealed, context=sealed_for(row.brand_id, row.id)).decode()


def others_of(session: Session, row: Report) -> int:
    """How many other reports the same code has."""
    same = select(func.count()).select_from(Report).where(Report.code == row.code, Report.id != row.id)
    return session.scalar(same) or 0


def report_page(session: Session, *, state: str | None, cursor: str | None, limit: int) -> Page[Report]:
    statement = select(Report) if state is None else select(Report).where(Report.state == state)
    return page(session, statement, Report.id, cursor=cursor, limit=limit)


def reports_of_person(session: Session, person_id: int, *, cursor: str | None, limit: int) -> Page[Report]:
    mine = select(Report).where(Report.person_id == person_id)
    return page(session, mine, Report.id, cursor=cursor, limit=limit)
