"""Lists of codes as people and scanners write them: one a line, bare or as the printed address."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.codes.rules.ranges import RangeSet

MOST_LINES = 200_000
LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line, by the code of a refusal; ``other_line`` is the line it repeats."""

    line: int
    code: str
    message: str
    message_en: str
    other_line: int | None = None

    def told(self) -> dict[str, str | int | None]:
        """The problem as JSON values, for whoever must mend the list."""
        return {
            "line": self.line,
            "code": self.code,
            "message": self.message,
            "message_en": self.message_en,
            "other_line": self.other_line,
        }


def code_on(line: str) -> str:
    """The text of the code on a line: its first column, without the address it was printed in."""
    cell = line[:LONGEST_LINE].split(",", 1)[0].strip().strip('"')
    address = cell.split("?", 1)[0].split("#", 1)[0]
    return address.rstrip("/").rsplit("/", 1)[-1]


def numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their number; a byte order mark is no text."""
    for number, line in enumerate(lines, 1):
        text = line.lstrip("\ufeff").strip()
        if text:
            yield number, text


def ranges_of(code_nos: Iterable[int]) -> list[tuple[int, int]]:
    """The numbers as few disjoint ``(lo, hi)``, in order."""
    joined = RangeSet.of((code_no, code_no + 1) for code_no in code_nos)
    return list(zip(joined.starts, joined.ends, strict=True))
