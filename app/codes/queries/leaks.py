"""What was noted of codes that should be in nobody's hands, by batch, and what of it calls for an alarm."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Leak:
    """Scans of codes of a batch that were not active then; ``exported`` when its print file has left."""

    batch_id: int
    number: str
    level: str
    exported: bool
    codes: int
    scans: int
    devices: int
    counties: list[str]
    first_at: datetime
    last_at: datetime
    alarmed_at: datetime | None


SUMMARY = """
SELECT batch.id, batch.number, batch.level, batch.exported_at IS NOT NULL,
  count(DISTINCT leak.code_no), sum(leak.times)::bigint,
  (SELECT count(DISTINCT device) FROM codes_leak one, unnest(one.devices) device
   WHERE one.brand_id = :brand_id AND one.batch_id = batch.id AND one.day BETWEEN :first AND :last),
  coalesce((SELECT array_agg(DISTINCT county) FROM codes_leak one, unnest(one.counties) county
   WHERE one.brand_id = :brand_id AND one.batch_id = batch.id AND one.day BETWEEN :first AND :last), '{}'),
  min(leak.first_at), max(leak.last_at), max(leak.alarmed_at)
FROM codes_leak leak JOIN codes_batch batch ON batch.brand_id = :brand_id AND batch.id = leak.batch_id
WHERE leak.brand_id = :brand_id AND leak.day BETWEEN :first AND :last
GROUP BY batch.id, batch.number, batch.level, batch.exported_at"""
NEWEST = text(SUMMARY + " ORDER BY max(leak.last_at) DESC, batch.id LIMIT :most")
ALARMING = text(
    f"SELECT * FROM ({SUMMARY}) AS leak"  # noqa: S608  # ours
    "(batch_id, number, level, exported, codes, scans, devices, counties, first_at, last_at, alarmed_at)"
    " WHERE alarmed_at IS NULL AND devices >= :devices ORDER BY batch_id"
)
MOST_BATCHES = 100


def leaks(session: Session, *, first: date, last: date) -> list[Leak]:
    """The batches whose inactive codes were scanned on these days; the hundred scanned last."""
    bound = {"brand_id": session.info["brand_id"], "first": first, "last": last, "most": MOST_BATCHES}
    return [Leak(*row) for row in session.execute(NEWEST, bound)]


def alarming_leaks(session: Session, *, day: date, devices: int) -> list[Leak]:
    """The batches that at least so many devices have scanned on a day, and nobody was told of yet."""
    bound = {"brand_id": session.info["brand_id"], "first": day, "last": day, "devices": devices}
    return [Leak(*row) for row in session.execute(ALARMING, bound)]
