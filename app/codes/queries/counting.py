"""How often a code was asked about: raw statements, because every scan runs them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.codes.rules import Face
from app.kit.statement import Question, Row

ASK = """
SELECT times, first_at, first_county, last_at, last_county FROM codes_query
WHERE brand_id = %(brand_id)s AND id = %(codes_query_id)s"""


@dataclass(frozen=True, slots=True)
class QueriedBefore:
    """How many times a face was asked about, when and in which county first and latest before now."""

    times: int
    first_at: datetime
    first_county: str | None = None
    latest_at: datetime | None = None
    latest_county: str | None = None


def query_id(code_no: int, face: Face) -> int:
    """The key of a face's counter: its number and, in the last bit, the face."""
    return code_no << 1 | (face is Face.INNER)


def query_question(*, brand_id: int, code_no: int, face: Face) -> Question:
    """The count of a face, for whoever asks it together with others; `read_query` reads its row."""
    return Question(ASK, 5, {"brand_id": brand_id, "codes_query_id": query_id(code_no, Face(face))})


def read_query(row: Row | None) -> QueriedBefore | None:
    """The row of `query_question`; None when the face was never asked about."""
    return QueriedBefore(*row) if row else None


USED = text("""
SELECT DISTINCT used.id >> 1 AS code_no
FROM unnest(CAST(:los AS bigint[]), CAST(:his AS bigint[])) AS wanted (lo, hi)
CROSS JOIN LATERAL (
  SELECT id FROM codes_query WHERE brand_id = :brand_id AND id >= wanted.lo * 2 AND id < wanted.hi * 2
  ORDER BY id LIMIT 2 * :most
) used ORDER BY code_no LIMIT :most""")


def first_queried(session: Session, ranges: Iterable[tuple[int, int]], *, most: int) -> Sequence[int]:
    """The first codes of the ranges that somebody has asked about, in order."""
    los, his = zip(*ranges, strict=True)
    bound = {"brand_id": session.info["brand_id"], "los": list(los), "his": list(his), "most": most}
    return session.execute(USED, bound).scalars().all()
