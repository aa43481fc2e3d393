"""Questions and changes of several packages that travel to the database as one statement.

A round trip and its bookkeeping cost Python more than PostgreSQL needs for the answer. So on the hot paths each
package states its part, and the story that needs them all sends them together: the packages stay apart, the
statement stays one. The joined text is the same for the same parts, so the driver prepares it once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from app.kit.database import raw

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A SELECT of at most one row of ``width`` columns, never all NULL; parameters in psycopg's named style."""

    sql: str
    width: int
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """Data-modifying CTEs, ``name AS (…), …``, and the scalar expression that says what they did.

    Names of CTEs and parameters begin with their package, except the shared ``brand_id`` and ``at``.
    """

    ctes: str
    answer: str
    params: Mapping[str, Any]


def ask(session: Session, *questions: Question) -> list[Row | None]:
    """The rows of all questions, in their order; None where a question found nothing."""
    text = _joined_questions(tuple(question.sql for question in questions))
    row = raw(session).execute(text, _merged(questions)).fetchone()
    if row is None:
        raise LookupError("a joined question answers exactly one row")
    rows: list[Row | None] = []
    start = 0
    for question in questions:
        part = row[start : start + question.width]
        rows.append(None if all(value is None for value in part) else part)
        start += question.width
    return rows


def change(session: Session, *changes: Change) -> Row:
    """Make all changes in one statement; their answers, in their order. One snapshot: none sees another's rows."""
    text = _joined_changes(tuple((part.ctes, part.answer) for part in changes))
    row = raw(session).execute(text, _merged(changes)).fetchone()
    if row is None:
        raise LookupError("joined changes answer exactly one row")
    return row


def _merged(parts: tuple[Question, ...] | tuple[Change, ...]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in parts:
        merged.update(part.params)
    return merged


@lru_cache(256)
def _joined_questions(texts: tuple[str, ...]) -> str:
    names = [f"q{number}" for number in range(len(texts))]
    joins = " ".join(f"LEFT JOIN LATERAL ({text}) {name} ON true" for name, text in zip(names, texts, strict=True))
    columns = ", ".join(f"{name}.*" for name in names)
    return f"SELECT {columns} FROM (SELECT) one {joins}"  # noqa: S608  # every part is a constant of a package


@lru_cache(256)
def _joined_changes(parts: tuple[tuple[str, str], ...]) -> str:
    ctes = ",\n".join(ctes for ctes, _ in parts)
    answers = ", ".join(answer for _, answer in parts)
    return f"WITH {ctes}\nSELECT {answers}"  # idem
