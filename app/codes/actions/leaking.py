"""Leaks: scans of codes that should be in nobody's hands yet."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.codes.actions.alarms import raise_alarm
from app.codes.queries import CodeRead
from app.kit.clock import business_day
from app.kit.database import Scope, raw
from app.kit.ids import new_id

MOST_DEVICES = 8  # a code that eight devices have scanned in a day needs no ninth to be believed
NOTE = f"""
INSERT INTO codes_leak AS leak
  (brand_id, id, batch_id, code_no, day, times, devices, counties, first_at, last_at)
VALUES (%(brand_id)s, %(id)s, %(batch_id)s, %(code_no)s, %(day)s, 1, %(devices)s, %(counties)s, %(at)s, %(at)s)
ON CONFLICT (brand_id, code_no, day) DO UPDATE SET
  times = leak.times + 1,
  last_at = greatest(leak.last_at, excluded.last_at),
  devices = CASE WHEN leak.devices @> excluded.devices OR cardinality(leak.devices) >= {MOST_DEVICES}
    THEN leak.devices ELSE leak.devices || excluded.devices END,
  counties = CASE WHEN leak.counties @> excluded.counties OR cardinality(leak.counties) >= {MOST_DEVICES}
    THEN leak.counties ELSE leak.counties || excluded.counties END"""  # noqa: S608  # a constant of ours
ALARMED = text("""
UPDATE codes_leak SET alarmed_at = :at
WHERE brand_id = :brand_id AND batch_id = ANY(:batch_ids) AND day = :day AND alarmed_at IS NULL""")
FORGET = text("DELETE FROM codes_leak WHERE brand_id = :brand_id AND day < :before")


def note_leak(session: Scope, read: CodeRead, *, device: str | None, county: str | None, at: datetime) -> None:
    """Count a scan of a code that is not active: one row a code and day, so that floods do not grow it.

    A canary was in nobody's hands but the file's: its first scan is an alarm.
    """
    if read.canary:
        told = {"number": read.batch.number, "county": county}
        cause, subject = f"canary:{read.code_no}", f"batch:{read.batch.id}"
        raise_alarm(session, kind="canary_scanned", cause=cause, subject=subject, details=told, at=at)
    bound = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "batch_id": read.batch.id,
        "code_no": read.code_no,
        "day": business_day(at),
        "devices": [device] if device else [],
        "counties": [county] if county else [],
        "at": at,
    }
    raw(session).execute(NOTE, bound)


def mark_alarmed(session: Session, batch_ids: Sequence[int], *, day: date, at: datetime) -> None:
    """The alarm for these batches and this day was raised: what is noted from now on is news again."""
    bound = {"brand_id": session.info["brand_id"], "batch_ids": list(batch_ids), "day": day, "at": at}
    session.execute(ALARMED, bound)


def forget_leaks(session: Session, *, before: date) -> None:
    session.execute(FORGET, {"brand_id": session.info["brand_id"], "before": before})
