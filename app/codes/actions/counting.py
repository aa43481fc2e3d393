from datetime import datetime

from app.codes.queries import QueriedBefore, query_id, read_query
from app.codes.rules import Face
from app.kit.database import Scope, raw

SAME = """coalesce(q.last_device = excluded.last_device
  AND excluded.last_at < q.last_at + interval '10 minutes', false)"""
COUNT = f"""
INSERT INTO codes_query AS q
  (brand_id, id, code_no, face, times, first_at, last_at, last_device, first_county, last_county)
VALUES (%(brand_id)s, %(id)s, %(code_no)s, %(face)s, 1, %(at)s, %(at)s, %(device)s, %(county)s, %(county)s)
ON CONFLICT (brand_id, id) DO UPDATE SET
  times = q.times + CASE WHEN {SAME} THEN 0 ELSE 1 END,
  last_at = CASE WHEN {SAME} THEN q.last_at ELSE greatest(q.last_at, excluded.last_at) END,
  last_county = CASE WHEN {SAME} THEN coalesce(q.last_county, excluded.last_county) ELSE excluded.last_county END,
  previous_at = CASE WHEN {SAME} THEN q.previous_at ELSE q.last_at END,
  previous_county = CASE WHEN {SAME} THEN q.previous_county ELSE q.last_county END,
  first_county = CASE WHEN {SAME} AND q.times = 1 THEN coalesce(q.first_county, excluded.first_county)
    ELSE q.first_county END,
  last_device = excluded.last_device
RETURNING times, first_at, first_county, previous_at, previous_county"""  # noqa: S608  # `SAME` is ours


def note_query(
    session: Scope, *, code_no: int, face: Face, device: str | None, at: datetime, county: str | None = None
) -> QueriedBefore:
    """Count one query of a face; returns the count, this one included, and when and where others were.

    A query of the device that was counted last, within ten minutes of that, is the same query again.
    """
    bound = {
        "brand_id": session.info["brand_id"],
        "id": query_id(code_no, Face(face)),
        "code_no": code_no,
        "face": face,
        "device": device,
        "at": at,
        "county": county,
    }
    counted = read_query(raw(session).execute(COUNT, bound).fetchone())
    if counted is None:
        raise LookupError("an upsert returns its row")
    return counted
