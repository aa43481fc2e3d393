"""What every route of campaigns at the console shares: the blueprint, who may write, the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import identity
from app.kit.http import blueprint

console = blueprint("campaigns", __name__, "console")
WRITERS = ("brand_admin", "brand_operator")


def audit(session: Session, action: str, subject_id: int, after: dict[str, Any], at: datetime) -> None:
    identity.record(
        session,
        actor=identity.current_actor(),
        action=action,
        subject=f"{action.partition('.')[0]}:{subject_id}",
        before=None,
        after=after,
        at=at,
    )
