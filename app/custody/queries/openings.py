"""Opened cases."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.custody.models import OpeningRow


def opening_of(session: Session, case_no: int) -> OpeningRow | None:
    return session.scalar(select(OpeningRow).where(OpeningRow.case_no == case_no))
