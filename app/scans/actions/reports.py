"""Reports of fakes: made by anybody who holds one, answered by the brand once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.kit import sealing
from app.kit.ids import new_id
from app.scans.errors import PhotoGiven, ReportSettled, UnknownReport
from app.scans.models import Report
from app.scans.queries import report_row, sealed_for


@dataclass(frozen=True, slots=True)
class NewReport:
    """What somebody says of a code; ``code_no`` where the text is one of the brand's codes."""

    code: str
    code_no: int | None
    person_id: int | None
    device: str
    county: str | None
    words: str
    contact: str | None


def report_fake(session: Session, new: NewReport, *, at: datetime) -> Report:
    """Write a report down; how to reach whoever made it is sealed."""
    report_id = new_id()
    context = sealed_for(session.info["brand_id"], report_id)
    row = Report(
        id=report_id,
        code=new.code,
        code_no=new.code_no,
        person_id=new.person_id,
        device=new.device,
        county=new.county,
        words=new.words,
        contact_sealed=sealing.seal(new.contact.encode(), context=context) if new.contact else None,
        reported_at=at,
        state="open",
    )
    session.add(row)
    session.flush()
    return row


def find_own(session: Session, report_id: int, *, device: str, person_id: int | None) -> Report:
    """An open report without a photo, of this device or person; raises `UnknownReport`, `PhotoGiven`."""
    row = session.scalar(select(Report).where(Report.id == report_id))
    if row is None or not (row.device == device or (person_id is not None and row.person_id == person_id)):
        raise UnknownReport
    if row.photo is not None:
        raise PhotoGiven
    return row


def add_photo(session: Session, report_id: int, *, photo: str) -> None:
    """Name the file of the one photo of a report; raises `PhotoGiven`."""
    once = update(Report).where(Report.id == report_id, Report.photo.is_(None)).values(photo=photo)
    if session.scalar(once.returning(Report.id)) is None:
        raise PhotoGiven


def answer_report(session: Session, report_id: int, *, answer: str | None, by: int, at: datetime) -> Report:
    """Answer an open report, or close it without words; raises `UnknownReport` and `ReportSettled`."""
    report_row(session, report_id)
    settle = update(Report).where(Report.id == report_id, Report.state == "open")
    state = "closed" if answer is None else "answered"
    settled = settle.values(state=state, answer=answer, answered_at=at, answered_by=by)
    row = session.scalar(settled.returning(Report).execution_options(populate_existing=True))
    if row is None:
        raise ReportSettled
    return row
