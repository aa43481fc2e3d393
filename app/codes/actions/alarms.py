"""Alarms: what a person at the brand should look at, written once per cause."""

from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.codes.errors import UnknownAlarm
from app.codes.models import AlarmRow
from app.codes.queries import alarm_row
from app.kit.database import Scope, raw
from app.kit.ids import new_id

RAISE = """
INSERT INTO codes_alarm (brand_id, id, kind, cause, subject, details, raised_at)
VALUES (%(brand_id)s, %(id)s, %(kind)s, %(cause)s, %(subject)s, %(details)s, %(at)s)
ON CONFLICT (brand_id, cause) DO NOTHING"""


def raise_alarm(
    session: Scope, *, kind: str, cause: str, subject: str, details: dict[str, Any], at: datetime
) -> bool:
    """Write an alarm, unless one of the same ``cause`` (up to 200 characters) was written before; True when new.

    ``kind`` is a word that the console translates, ``subject`` reads like ``pack:123``, ``details`` are plain
    values for the person who looks.
    """
    bound = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "kind": kind,
        "cause": cause,
        "subject": subject,
        "details": Jsonb(details),
        "at": at,
    }
    return raw(session).execute(RAISE, bound).rowcount == 1


def acknowledge_alarm(session: Session, *, alarm_id: int, by: int, at: datetime) -> AlarmRow:
    """Note that a person has seen an alarm; who comes later finds the first. Raises `UnknownAlarm`."""
    first = update(AlarmRow).where(AlarmRow.id == alarm_id, AlarmRow.acknowledged_at.is_(None))
    session.execute(first.values(acknowledged_by=by, acknowledged_at=at))
    row = alarm_row(session, alarm_id)
    if row is None:
        raise UnknownAlarm(alarm_id=str(alarm_id))
    return row
