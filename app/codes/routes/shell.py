"""What every route of codes at the console shares: the blueprint, who may read and write, the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import identity
from app.kit import http

console = http.blueprint("codes", __name__, "console")
READERS = ("brand_admin", "brand_operator", "auditor")
WRITERS = ("brand_admin", "brand_operator")


def audit(session: Session, action: str, subject: str, after: dict[str, Any], at: datetime) -> None:
    actor = identity.current_actor()
    identity.record(session, actor=actor, action=action, subject=subject, before=None, after=after, at=at)
