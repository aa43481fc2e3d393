"""Which staff read and write codes, and what their writes leave behind."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import identity

READERS = ("brand_admin", "brand_operator", "auditor")
WRITERS = ("brand_admin", "brand_operator")


def audited(session: Session, action: str, subject: str, after: dict[str, Any], at: datetime) -> None:
    actor = identity.current_actor()
    identity.record(session, actor=actor, action=action, subject=subject, before=None, after=after, at=at)
