"""The lines of a print file: made by the hundred thousand as a table of bytes, canary codes among them.

A file of ``lo <= n < hi`` with c canaries has ``hi - lo + c`` lines. The goods stand in order; canary i has the
number ``hi + i`` and stands where `canary_lines` says. ``seq`` in a file counts lines from 1, so that nothing in
the file tells a canary from its neighbours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.codes.rules.blocks import BlockCipher, Numbers
from app.codes.rules.keys import SlotKey
from app.codes.rules.minting import mint_numbers
from app.codes.rules.security import DIGITS, security_numbers
from app.codes.rules.text import LENGTH

CHUNK = 1 << 16  # lines made at once: some 6 MB
SEQ_DIGITS = 8
_CANARY = int.from_bytes(b"malucan0")
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Stock:
    """Which numbers a file holds: the goods ``lo <= n < hi`` and the lines, counted from 0, of its canaries."""

    lo: int
    hi: int
    canary_lines: tuple[int, ...] = ()

    @property
    def lines(self) -> int:
        return self.hi - self.lo + len(self.canary_lines)

    def numbers(self, first: int, last: int) -> Numbers:
        """The code numbers of ``first <= line < last``, lines counted from 0."""
        lines = np.arange(first, last, dtype=np.int64)
        canaries = np.array(self.canary_lines, np.int64)
        before = np.searchsorted(canaries, lines)
        numbers = lines - before + self.lo
        is_canary = np.isin(lines, canaries)
        numbers[is_canary] = self.hi + before[is_canary]
        return numbers.astype(np.uint64)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a line is made of; ``prefix`` stands before each code, ``slots`` has one key per printed face."""

    prefix: str
    slots: tuple[SlotKey, ...] = field(repr=False)
    security_code: bool = False
    is_csv: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        faces = ("outer_url", "inner_url")[: len(self.slots)]
        return ("seq",) * self.is_csv + faces + ("security_code",) * self.security_code

    @property
    def heading(self) -> bytes:
        """The first line of a CSV file; a text file has lines of codes only, parted by tabs."""
        return ",".join(self.columns).encode() + b"\n" if self.is_csv else b""

    @property
    def blank(self) -> bytes:
        """A line in which nothing is written yet but what all lines share."""
        address = self.prefix.encode() + bytes(LENGTH)
        digits = [bytes(DIGITS)] * self.security_code
        fields = [bytes(SEQ_DIGITS)] * self.is_csv + [address] * len(self.slots) + digits
        return (b"," if self.is_csv else b"\t").join(fields) + b"\n"

    @property
    def width(self) -> int:
        """The bytes of a line; all lines of a file are equally long."""
        return len(self.blank)


def canary_lines(secret: BlockCipher, goods: int, canaries: int) -> tuple[int, ...]:
    """Where the canaries of a file stand: lines counted from 0, in order, the same every time it is made."""
    chosen: set[int] = set()
    attempt = 0
    while len(chosen) < canaries:
        (word,) = secret.words_of(_CANARY, np.array([attempt], np.uint64)).tolist()
        chosen.add(word % (goods + canaries))
        attempt += 1
    return tuple(sorted(chosen))


def lines_of(stock: Stock, sheet: Sheet, secret: bytes) -> Iterator[memoryview]:
    """The lines of a file, `CHUNK` at a time; each piece is valid until the next is asked for."""
    cipher = BlockCipher(secret)
    table = _blank(sheet)
    for first in range(0, stock.lines, CHUNK):
        last = min(first + CHUNK, stock.lines)
        rows = table[: last - first]
        _fill(rows, sheet, stock.numbers(first, last), cipher, first)
        yield rows.reshape(-1).data


def _blank(sheet: Sheet) -> Bytes:
    """A table of lines in which only seq, codes and digits are still to be written."""
    return np.tile(np.frombuffer(sheet.blank, np.uint8), (CHUNK, 1))


def _fill(rows: Bytes, sheet: Sheet, numbers: Numbers, cipher: BlockCipher, first: int) -> None:
    at = 0
    if sheet.is_csv:
        _write_digits(rows[:, :SEQ_DIGITS], np.arange(first + 1, first + 1 + len(rows), dtype=np.uint64))
        at = SEQ_DIGITS + 1
    for slot in sheet.slots:
        at += len(sheet.prefix.encode())
        rows[:, at : at + LENGTH] = mint_numbers(numbers, slot, cipher)
        at += LENGTH + 1
    if sheet.security_code:
        _write_digits(rows[:, at : at + DIGITS], security_numbers(cipher, numbers))


def _write_digits(columns: Bytes, numbers: Numbers) -> None:
    left = numbers.astype(np.uint32)
    for column in range(columns.shape[1] - 1, -1, -1):
        columns[:, column] = left % 10 + ord("0")
        left //= np.uint32(10)


def lines_between(stock: Stock, first_seq: int, last_seq: int) -> tuple[int, int] | None:
    """The goods among the lines ``first_seq`` to ``last_seq`` of a file, both included, as a range of numbers.

    None when all of these lines are canaries, or none exists.
    """
    first, last = max(first_seq - 1, 0), min(last_seq, stock.lines)
    lo = stock.lo + first - _before(stock.canary_lines, first)
    hi = stock.lo + last - _before(stock.canary_lines, last)
    return (lo, hi) if lo < hi else None


def _before(canaries: Sequence[int], line: int) -> int:
    return sum(canary < line for canary in canaries)
