"""Questions and changes of several packages that travel to the database as one statement.

A round trip and its bookkeeping cost Python more than PostgreSQL needs for the answer. So on the hot paths each
package states its part, and the story that needs them all sends them together: the packages stay apart, the
statement stays one. The joined text is the same for the same parts, so the driver prepares it once.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import psycopg

from app.kit.database import Scope, Statements, raw
from app.kit.errors import AppError

Row = tuple[Any, ...]
NAMED = re.compile(r"%\((\w+)\)s")
REFUSED = "MA001"  # what the function kit_refuse raises


@dataclass(frozen=True, slots=True)
class Sent:
    """A joined statement as PostgreSQL gets it, and where its parameters come from: which part, which name."""

    text: bytes
    places: tuple[tuple[int, str], ...]


class Question(NamedTuple):
    """A SELECT of at most one row of ``width`` columns, never all NULL; parameters in psycopg's named style."""

    sql: str
    width: int
    params: Mapping[str, Any]


class Change(NamedTuple):
    """Data-modifying CTEs, ``name AS (…), …``, and the scalar expression that says what they did, if anybody asks.

    Names of CTEs begin with their package; parameters of the same name must mean the same in all parts. With a
    ``refusal`` the answer is a condition: unless it holds, the whole statement is undone and the refusal raised.
    """

    ctes: str
    answer: str | None
    params: Mapping[str, Any]
    refusal: type[AppError] | None = None


class Columns:
    """Several rows of a part: ``name (column, …)`` of these types, as one parameter for each value.

    A statement is prepared for each number of rows; they are few. That costs the server less than to take arrays
    apart, and the driver less than to put them together.
    """

    def __init__(self, name: str, **types: str) -> None:
        self._name = name
        self._types = types

    @lru_cache(256)  # noqa: B019  # a constant of its package, never collected
    def sql(self, count: int) -> str:
        """What follows FROM: the rows, under their name."""
        rows = ", ".join(f"({self._row(number)})" for number in range(count))
        columns = ", ".join(self._types)
        if not rows:
            nothing = ", ".join(f"NULL::{kind}" for kind in self._types.values())
            return f"(SELECT {nothing} WHERE false) {self._name} ({columns})"  # constants
        return f"(VALUES {rows}) {self._name} ({columns})"

    def params(self, *rows: tuple[Any, ...]) -> dict[str, Any]:
        return dict(zip(self._names(len(rows)), chain.from_iterable(rows), strict=True))

    def _row(self, number: int) -> str:
        return ", ".join(f"%({self._name}{number}_{column})s::{kind}" for column, kind in self._types.items())

    @lru_cache(256)  # noqa: B019  # idem
    def _names(self, count: int) -> list[str]:
        return [f"{self._name}{number}_{column}" for number in range(count) for column in self._types]


def ask(session: Scope, *questions: Question) -> list[Row | None]:
    """The rows of all questions, in their order; None where a question found nothing."""
    sent = _joined_questions(tuple(question.sql for question in questions))
    row = _fetch(session, sent, questions)
    rows: list[Row | None] = []
    start = 0
    for question in questions:
        part = row[start : start + question.width]
        rows.append(None if part.count(None) == question.width else part)
        start += question.width
    return rows


def change(session: Scope, *changes: Change) -> Row:
    """Make all changes in one statement, or none; the answers of those that give one, in their order.

    One snapshot: none sees another's rows. Raises the refusal of the first change whose condition fails.
    """
    sent = _joined_changes(tuple((part.ctes, part.answer, part.refusal) for part in changes))
    try:
        return _fetch(session, sent, changes)
    except psycopg.Error as error:
        raise _refusal(error, changes) from error


def _fetch(session: Scope, sent: Sent, parts: Sequence[Question | Change]) -> Row:
    values = [parts[part].params[name] for part, name in sent.places]
    if isinstance(session, Statements):
        return session.fetch_row(sent.text, values)
    row: Row | None = psycopg.RawCursor(raw(session)).execute(sent.text, values).fetchone()
    if row is None:
        raise LookupError("joined parts answer exactly one row")
    return row


def _refusal(error: psycopg.Error, changes: tuple[Change, ...]) -> Exception:
    """The refusal that a statement was undone for; any other error as it is."""
    if error.sqlstate == REFUSED:
        for part in changes:
            if part.refusal is not None and part.refusal.code == error.diag.message_primary:
                return part.refusal()
    return error


@lru_cache(256)
def _joined_questions(texts: tuple[str, ...]) -> Sent:
    names = [f"q{number}" for number in range(len(texts))]
    joins = " ".join(f"LEFT JOIN LATERAL ({text}) {name} ON true" for name, text in zip(names, texts, strict=True))
    columns = ", ".join(f"{name}.*" for name in names)
    return _numbered(f"SELECT {columns} FROM (SELECT) one {joins}", texts)  # noqa: S608  # constants of packages


@lru_cache(256)
def _joined_changes(parts: tuple[tuple[str, str | None, type[AppError] | None], ...]) -> Sent:
    ctes = ",\n".join(ctes for ctes, _, _ in parts)
    answers = ", ".join(_required(answer, refusal) for _, answer, refusal in parts if answer is not None)
    return _numbered(f"WITH {ctes} SELECT {answers}", [f"{ctes} {answer}" for ctes, answer, _ in parts])


def _numbered(text: str, parts: Sequence[str]) -> Sent:
    """PostgreSQL's own parameters, ``$1``, for psycopg's ``%(name)s``: numbered once, not at every request."""
    places: dict[str, int] = {}
    for part, own in enumerate(parts):
        for name in NAMED.findall(own):
            places.setdefault(name, part)
    numbers = {name: f"${number}" for number, name in enumerate(places, start=1)}
    numbered = NAMED.sub(lambda found: numbers[found[1]], text)
    sent = " ".join(numbered.replace("%%", "%").split()).encode()
    return Sent(sent, tuple((part, name) for name, part in places.items()))


def _required(answer: str, refusal: type[AppError] | None) -> str:
    return answer if refusal is None else f"CASE WHEN {answer} THEN true ELSE kit_refuse('{refusal.code}') END"
