"""How often a code was asked about: raw statements, because every scan runs them."""

from dataclasses import dataclass
from datetime import datetime

from app.codes.rules import Face
from app.kit.statement import Question, Row

ASK = "SELECT times, first_at FROM codes_query WHERE brand_id = %(brand_id)s AND id = %(codes_query_id)s"


@dataclass(frozen=True, slots=True)
class QueriedBefore:
    """How many times a face was asked about, and when first."""

    times: int
    first_at: datetime


def query_id(code_no: int, face: Face) -> int:
    """The key of a face's counter: its number and, in the last bit, the face."""
    return code_no << 1 | (face is Face.INNER)


def query_question(*, brand_id: int, code_no: int, face: Face) -> Question:
    """The count of a face, for whoever asks it together with others; `read_query` reads its row."""
    return Question(ASK, 2, {"brand_id": brand_id, "codes_query_id": query_id(code_no, Face(face))})


def read_query(row: Row | None) -> QueriedBefore | None:
    """The row of `query_question`; None when the face was never asked about."""
    return QueriedBefore(*row) if row else None
