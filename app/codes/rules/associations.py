"""What a line has packed, as arrays: children ``lo[i] <= n < hi[i]`` in one parent each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.codes.rules.packing import BLOCK, Parents

WINDOW = 1 << 18  # children that are expanded at a time: some 12 MB with all that is computed on the way
GAP = 4096  # a wider gap is not worth expanding


@dataclass(frozen=True, slots=True)
class Associations:
    """Parallel arrays, in the order of the children; `line` says where each was read."""

    lo: Parents
    hi: Parents
    parent: Parents
    line: NDArray[np.int64]

    @classmethod
    def of(cls, ranges: Sequence[tuple[int, int, int]]) -> Self:
        """Of ``(lo, hi, parent_no)`` in any order; their lines are numbered from 1."""
        columns = np.array(ranges, np.int64).reshape(-1, 3).T
        return cls(columns[0], columns[1], columns[2], np.arange(1, len(ranges) + 1)).ordered()

    def ordered(self) -> Self:
        if (self.lo[1:] > self.lo[:-1]).all():
            return self
        order = np.lexsort((self.line, self.lo))
        return self.at(order)

    def at(self, chosen: slice | NDArray[np.intp] | NDArray[np.bool_]) -> Self:
        return type(self)(self.lo[chosen], self.hi[chosen], self.parent[chosen], self.line[chosen])

    def __len__(self) -> int:
        return len(self.lo)

    @property
    def units(self) -> int:
        return int((self.hi - self.lo).sum())

    def repeated(self) -> NDArray[np.intp]:
        """The places of ranges that share a child with one before them; the ranges must be in order."""
        if len(self) < 2:  # noqa: PLR2004  # one range repeats nothing
            return np.empty(0, np.intp)
        return np.flatnonzero(np.maximum.accumulate(self.hi)[:-1] > self.lo[1:]) + 1

    def expanded(self) -> tuple[Parents, Parents, NDArray[np.intp]]:
        """Every child, its parent, and the place of the range it came in."""
        sizes = self.hi - self.lo
        place = np.repeat(np.arange(len(self)), sizes)
        step = np.arange(len(place)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return self.lo[place] + step, self.parent[place], place

    def windows(self) -> Iterator[tuple[int, int, Self]]:
        """Neighbouring ranges, which must be in order, with the bounds of whole blocks around them.

        The bounds begin a child early, so that a window sees what it might continue.
        """
        start = 0
        while start < len(self):
            end = int(np.searchsorted(self.lo, self.lo[start] + WINDOW))
            gaps = np.flatnonzero(self.lo[start + 1 : end] - self.hi[start : end - 1] > GAP)
            end = start + 1 + int(gaps[0]) if len(gaps) else end
            part = self.at(slice(start, end))
            lo, hi = int(part.lo[0]) - 1, int(part.hi.max())
            yield lo - lo % BLOCK, hi + -hi % BLOCK, part
            start = end
