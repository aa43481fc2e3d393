"""The text of an association file: a head of ``# name: value`` lines, perhaps names of columns, then lines.

UTF-8 with or without a byte order mark, any line ends. A line is ``parent,child[,position,time]``, or in files of
ranges ``parent,first_child,last_child``; position and time stay in the file, which is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import IO

CHUNK = 1 << 15
LONGEST = 1000  # bytes of a line
LONGEST_VALUE = 64
HEAD = MappingProxyType(
    {
        name: meant
        for meant, names in {
            "factory": ("factory", "工厂"),
            "line": ("line", "产线"),
            "lot": ("lot", "批号"),
            "per_parent": ("per_parent", "每箱"),
        }.items()
        for name in names
    }
)
COLUMNS = MappingProxyType(
    {
        name: meant
        for meant, names in {
            "parent": ("parent", "parent_code", "上级码", "箱码"),
            "child": ("child", "child_code", "first_child", "下级码", "首码"),
            "last": ("last_child", "末码"),
        }.items()
        for name in names
    }
)
POSITION_DIGITS = 9  # a longer third field is no position but the last code of a range


@dataclass(slots=True)
class Chunk:
    """Some lines of a file: their numbers, and what they say. ``wrong`` are those that say nothing."""

    lines: list[int] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    lasts: list[str] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)


class LineReader:
    """Reads a file in chunks; `head` is known once the first chunk is. Memory stays flat, whatever the lines."""

    def __init__(self, file: IO[bytes]) -> None:
        self.head: dict[str, str] = {}
        self.line = 0
        self._file = file
        self._columns: tuple[int, int, int | None] | None = None

    def chunks(self) -> Iterator[Chunk]:
        texts = self._texts()
        while some := list(islice(texts, CHUNK)):
            chunk = Chunk()
            for line, text in some:
                self._read(chunk, line, text)
            yield chunk

    def _texts(self) -> Iterator[tuple[int, str]]:
        """The numbered lines that are not empty, in the file's order."""
        for raw in _bounded(self._file):
            self.line += 1
            text = raw.decode("utf-8-sig" if self.line == 1 else "utf-8", "replace").strip()
            if text:
                yield self.line, text

    def _read(self, chunk: Chunk, line: int, text: str) -> None:
        if text[0] == "#":
            self._note_head(text[1:])
            return
        fields = [value.strip().strip('"') for value in text.split(",")]
        if self._columns is None:
            named = _named(fields)
            self._columns = named or _guessed(fields)
            if named:
                return
        parent, child, last = self._columns
        if len(text) >= LONGEST or len(fields) <= max(parent, child, last or 0):
            chunk.wrong.append(line)
            return
        chunk.lines.append(line)
        chunk.parents.append(fields[parent])
        chunk.children.append(fields[child])
        if last is not None:
            chunk.lasts.append(fields[last])

    def _note_head(self, text: str) -> None:
        name, mark, value = text.replace("\uff1a", ":").partition(":")
        meant = HEAD.get(name.strip().lower())
        if mark and meant:
            self.head[meant] = plain(value)[:LONGEST_VALUE]


def plain(text: str) -> str:
    """A text as a person may see it and PostgreSQL can hold it: no control characters."""
    return "".join(letter for letter in text if letter.isprintable()).strip()


def _bounded(file: IO[bytes]) -> Iterator[bytes]:
    """Lines, of which a longer one than `LONGEST` comes cut, as one."""
    while raw := file.readline(LONGEST):
        rest = raw
        while rest and not rest.endswith(b"\n") and len(rest) == LONGEST:
            rest = file.readline(LONGEST)
        yield raw


def _named(fields: list[str]) -> tuple[int, int, int | None] | None:
    """Where the columns are, when this line names them."""
    places = {COLUMNS[name.lower()]: place for place, name in enumerate(fields) if name.lower() in COLUMNS}
    if "parent" not in places or "child" not in places:
        return None
    return places["parent"], places["child"], places.get("last")


def _guessed(fields: list[str]) -> tuple[int, int, int | None]:
    third = fields[2] if len(fields) > 2 else ""  # noqa: PLR2004  # the third field
    return 0, 1, 2 if third and not (third.isdecimal() and len(third) <= POSITION_DIGITS) else None


def lines_at(file: IO[bytes], wanted: set[int]) -> dict[int, str]:
    """The texts of some lines, for the list of errors."""
    last = max(wanted, default=0)
    numbered = enumerate(islice(_bounded(file), last), start=1)
    return {line: plain(raw.decode("utf-8", "replace")) for line, raw in numbered if line in wanted}
