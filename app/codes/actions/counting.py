from datetime import datetime

from app.codes.queries import QueriedBefore, query_id, read_query
from app.codes.rules import Face
from app.kit.database import Scope, raw

SAME = """coalesce(q.last_device = excluded.last_device
  AND excluded.last_at < q.last_at + interval '10 minutes', false)"""
COUNT = f"""
INSERT INTO codes_query AS q (brand_id, id, code_no, face, times, first_at, last_at, last_device)
VALUES (%(brand_id)s, %(id)s, %(code_no)s, %(face)s, 1, %(at)s, %(at)s, %(device)s)
ON CONFLICT (brand_id, id) DO UPDATE SET
  times = q.times + CASE WHEN {SAME} THEN 0 ELSE 1 END,
  last_at = CASE WHEN {SAME} THEN q.last_at ELSE greatest(q.last_at, excluded.last_at) END,
  last_device = excluded.last_device
RETURNING times, first_at"""  # noqa: S608  # `SAME` is ours


def note_query(session: Scope, *, code_no: int, face: Face, device: str | None, at: datetime) -> QueriedBefore:
    """Count one query of a face; returns the count, this one included, and when the first was.

    A query of the device that was counted last, within ten minutes of that, is the same query again.
    """
    bound = {
        "brand_id": session.info["brand_id"],
        "id": query_id(code_no, Face(face)),
        "code_no": code_no,
        "face": face,
        "device": device,
        "at": at,
    }
    counted = read_query(raw(session).execute(COUNT, bound).fetchone())
    if counted is None:
        raise LookupError("an upsert returns its row")
    return counted
