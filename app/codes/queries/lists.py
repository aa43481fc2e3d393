"""A list of codes, verified from memory before anything is written: every wrong line is named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.codes.errors import (
    AlreadyActivated,
    ListedTwice,
    ListRefused,
    NotActive,
    TooManyLines,
    UnknownCode,
    VoidCode,
)
from app.codes.queries.catalogue import Catalogue, CodeRead, CodeState, catalogue
from app.codes.rules.lists import MOST_LINES, Problem, code_on, numbered, ranges_of
from app.kit.errors import AppError
from app.kit.uploads import EmptyFile

SHOWN = 50
UNFIT = {
    ("activate", CodeState.ACTIVE): AlreadyActivated,
    ("activate", CodeState.VOID): VoidCode,
    ("void", CodeState.VOID): VoidCode,
}


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list names: by code number its line, and what is wrong with the other lines."""

    lines: Mapping[int, int]
    problems: Sequence[Problem]

    @property
    def ranges(self) -> list[tuple[int, int]]:
        return ranges_of(self.lines)

    def refused(self, code_nos: Iterable[int], refusal: type[AppError]) -> list[dict[str, Any]]:
        """The lines of codes that were refused after the list was read, for whoever must mend it."""
        lines = sorted(self.lines[code_no] for code_no in code_nos if code_no in self.lines)
        return [_problem(line, refusal).told() for line in lines]


def require_list(brand_id: int, lines: Iterable[str], *, kind: str, on: date) -> Listed:
    """A list without a wrong line; raises `ListRefused` with the first of them, and `EmptyFile`.

    Call it before the transaction.
    """
    listed = read_list(brand_id, lines, kind=kind, on=on)
    if listed.problems:
        told = [one.told() for one in listed.problems[:SHOWN]]
        raise ListRefused(errors=told, total=len(listed.problems))
    if not listed.lines:
        raise EmptyFile
    return listed


def read_list(brand_id: int, lines: Iterable[str], *, kind: str, on: date) -> Listed:
    """What a list of codes or printed addresses names for a change (of a plan, or ``revoke``).

    Both faces of a unit are one code. Call it before the transaction.
    """
    known = catalogue(brand_id)
    seen: dict[int, int] = {}
    problems: list[Problem] = []
    for count, (line, text) in enumerate(numbered(lines), 1):
        if count > MOST_LINES:
            return Listed({}, [_problem(line, TooManyLines)])
        read = known.read(code_on(text), on=on)
        wrong = _wrong(known, read, kind)
        if wrong is not None or read is None:
            problems.append(_problem(line, wrong or UnknownCode))
        elif read.code_no in seen:
            problems.append(_problem(line, ListedTwice, seen[read.code_no]))
        else:
            seen[read.code_no] = line
    return Listed(seen, problems)


def _wrong(known: Catalogue, read: CodeRead | None, kind: str) -> type[AppError] | None:
    """A frozen code may be activated, an expired one is active: so the sets are asked, not the state.

    A canary is in no batch's range: unnamed, it would have the whole list refused without a line.
    """
    if read is None or read.canary:
        return UnknownCode
    active = read.code_no in known.active
    if kind == "revoke":
        return None if active else NotActive
    if read.code_no in known.void:
        return UNFIT.get((kind, CodeState.VOID))
    return UNFIT.get((kind, CodeState.ACTIVE)) if active else None


def _problem(line: int, refusal: type[AppError], other_line: int | None = None) -> Problem:
    return Problem(line, refusal.code, refusal.message, refusal.message_en, other_line)
