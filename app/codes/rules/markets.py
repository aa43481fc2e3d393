"""WeChat's codes beside ours: its indexes are our numbers by arithmetic, its raw codes by a sorted file.

A scan yields nine raw characters that do not tell their index, so the way back needs them all. The map of an
application is one file: records of 13 bytes, sorted by raw code, each the nine characters and the offset of our
number in the batch as a little-endian 32-bit integer. Twenty million codes are 260 MB on disk, of which a scan
touches some 25 pages; nothing is read at the start of a process and no row is written per code.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RECORD = np.dtype([("code", "S9"), ("offset", "<u4")])
Table = NDArray[np.void]


@dataclass(frozen=True, slots=True, order=True)
class IndexRun:
    """WeChat's indexes from ``start`` to ``end``, both included, which are our numbers from ``first_no`` on."""

    start: int
    end: int
    first_no: int

    @property
    def size(self) -> int:
        return self.end - self.start + 1

    def number_of(self, index: int) -> int:
        return self.first_no + index - self.start


class TwinCodes(ValueError):
    """One raw code stands for two numbers."""


def numbered(ranges: Iterable[tuple[int, int]], lo: int) -> tuple[IndexRun, ...]:
    """Give closed ranges of indexes, in order, the numbers from ``lo`` on; ValueError when they overlap."""
    runs: list[IndexRun] = []
    for start, end in sorted(ranges):
        if start > end or (runs and start <= runs[-1].end):
            raise ValueError("ranges of indexes must be disjoint")
        runs.append(IndexRun(start, end, lo))
        lo += end - start + 1
    return tuple(runs)


def indexes_of(runs: Sequence[IndexRun], lo: int, hi: int) -> list[tuple[int, int]]:
    """The closed ranges of indexes behind our numbers ``lo <= n < hi``, as few as there can be; runs in order."""
    found: list[tuple[int, int]] = []
    for run in runs:
        first, beyond = max(lo, run.first_no), min(hi, run.first_no + run.size)
        if first >= beyond:
            continue
        start, end = run.start + first - run.first_no, run.start + beyond - 1 - run.first_no
        if found and found[-1][1] + 1 == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def index_of(runs: Sequence[IndexRun], code_no: int) -> int | None:
    """The index of one of our numbers; the runs are in order, as `numbered` gives them."""
    at = bisect_right(runs, code_no, key=lambda run: run.first_no) - 1
    if at < 0 or code_no - runs[at].first_no >= runs[at].size:
        return None
    return runs[at].start + code_no - runs[at].first_no


def table_of(rows: Iterable[tuple[str, int]], count: int) -> Table:
    """Records of ``count`` raw codes and offsets, as they come; ValueError for another number of them."""
    table = np.fromiter(((code.encode(), offset) for code, offset in rows), RECORD)
    if len(table) != count:
        raise ValueError("a file holds another number of codes than its range")
    return table


def sorted_tables(tables: Sequence[Table]) -> Iterator[Table]:
    """All records by raw code, one leading character at a time, so that memory holds a fraction of the whole.

    Raises `TwinCodes`.
    """
    leading = [table.view(np.uint8).reshape(-1, RECORD.itemsize)[:, 0] for table in tables]
    for letter in np.unique(np.concatenate([np.unique(column) for column in leading])):
        pairs = zip(tables, leading, strict=True)
        chosen = np.concatenate([table[column == letter] for table, column in pairs])
        chosen = chosen[np.argsort(chosen["code"], kind="stable")]
        if (chosen["code"][1:] == chosen["code"][:-1]).any():
            raise TwinCodes
        yield chosen


def offset_of(table: Table, code: str) -> int | None:
    """The offset of a raw code in a sorted table, which may lie on disk: about 25 looks among 20 million."""
    wanted = code.encode()
    at = bisect_left(table, wanted, key=lambda record: record["code"])
    if at == len(table) or table[at]["code"] != wanted:
        return None
    return int(table[at]["offset"])
