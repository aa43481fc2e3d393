"""A list of codes, verified from memory before anything is written: every wrong line is named."""

from collections.abc import Iterable
from datetime import date

from app.codes.errors import AlreadyActivated, ListedTwice, TooManyLines, UnknownCode, VoidCode
from app.codes.queries.catalogue import Catalogue, CodeRead, CodeState, catalogue
from app.codes.rules.lists import MOST_LINES, Problem, code_on, numbered, ranges_of
from app.kit.errors import AppError

UNFIT = {
    ("activate", CodeState.ACTIVE): AlreadyActivated,
    ("activate", CodeState.VOID): VoidCode,
    ("void", CodeState.VOID): VoidCode,
}


def read_list(
    brand_id: int, lines: Iterable[str], *, kind: str, on: date
) -> tuple[list[tuple[int, int]], list[Problem]]:
    """The ranges that a list of codes or printed addresses names for a change, and what is wrong with it.

    Both faces of a unit are one code. Call it before the transaction.
    """
    known = catalogue(brand_id)
    seen: dict[int, int] = {}
    problems: list[Problem] = []
    for count, (line, text) in enumerate(numbered(lines), 1):
        if count > MOST_LINES:
            return [], [_problem(line, TooManyLines)]
        read = known.read(code_on(text), on=on)
        wrong = _wrong(known, read, kind)
        if wrong is not None or read is None:
            problems.append(_problem(line, wrong or UnknownCode))
        elif read.code_no in seen:
            problems.append(_problem(line, ListedTwice, seen[read.code_no]))
        else:
            seen[read.code_no] = line
    return ranges_of(seen), problems


def _wrong(known: Catalogue, read: CodeRead | None, kind: str) -> type[AppError] | None:
    """A frozen code may be activated, an expired one is active: so the sets are asked, not the state.

    A canary is in no batch's range: unnamed, it would have the whole list refused without a line.
    """
    if read is None or read.canary:
        return UnknownCode
    if read.code_no in known.void:
        return UNFIT.get((kind, CodeState.VOID))
    return UNFIT.get((kind, CodeState.ACTIVE)) if read.code_no in known.active else None


def _problem(line: int, refusal: type[AppError], other_line: int | None = None) -> Problem:
    return Problem(line, refusal.code, refusal.message, refusal.message_en, other_line)
