from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.identity.models import AuditRow
from app.identity.queries import entry_of
from app.identity.rules import FIRST_PREVIOUS, Actor, hash_of_entry, plain

ONE_WRITER = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def record(
    session: Session,
    *,
    actor: Actor | int | None,
    action: str,
    subject: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    at: datetime,
) -> None:
    """Append to the brand's audit log; ``actor`` is a person or None for the operator's command line.

    ``subject`` reads like ``dealer:123``. Holds the brand's only pen until the commit, so call it last.
    """
    brand_id: int = session.info["brand_id"]
    session.execute(ONE_WRITER, {"name": f"identity_audit:{brand_id}"})
    latest = select(AuditRow.position, AuditRow.hash).order_by(AuditRow.position.desc()).limit(1)
    position, previous = session.execute(latest).one_or_none() or (0, FIRST_PREVIOUS)
    row = AuditRow(
        brand_id=brand_id,
        position=position + 1,
        at=at,
        actor_id=actor.person_id if isinstance(actor, Actor) else actor,
        action=action,
        subject=subject,
        before=plain(before),
        after=plain(after),
        previous_hash=previous,
    )
    row.hash = hash_of_entry(entry_of(row), previous)
    session.add(row)
    session.flush()
