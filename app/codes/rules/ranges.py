"""Ranges of code numbers, half open: membership by bisection, splitting, and packing by arithmetic."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """The numbers ``lo <= n < hi``, at least one. Raises ValueError for anything else."""

    lo: int
    hi: int

    def __post_init__(self) -> None:
        if not 0 <= self.lo < self.hi:
            raise ValueError("a range is 0 <= lo < hi")

    @property
    def size(self) -> int:
        return self.hi - self.lo

    def covers(self, other: "Range") -> bool:
        return self.lo <= other.lo and other.hi <= self.hi

    def overlaps(self, other: "Range") -> bool:
        return self.lo < other.hi and other.lo < self.hi

    def without(self, cut: "Range") -> tuple["Range", ...]:
        """What is left of this range: none, one or two ranges."""
        if not self.overlaps(cut):
            return (self,)
        left = (Range(self.lo, cut.lo),) if self.lo < cut.lo else ()
        right = (Range(cut.hi, self.hi),) if cut.hi < self.hi else ()
        return left + right


@dataclass(frozen=True, slots=True)
class RangeSet:
    """A set of numbers kept as disjoint ranges; replace it whole when something changes."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    @classmethod
    def of(cls, ranges: Iterable[tuple[int, int]]) -> Self:
        """The union of ``(lo, hi)`` pairs, which may touch and overlap."""
        starts: list[int] = []
        ends: list[int] = []
        for lo, hi in sorted(ranges):
            if ends and lo <= ends[-1]:
                ends[-1] = max(ends[-1], hi)
            else:
                starts.append(lo)
                ends.append(hi)
        return cls(tuple(starts), tuple(ends))

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self.starts, number)
        return at > 0 and number < self.ends[at - 1]

    def __iter__(self) -> Iterator[Range]:
        return map(Range, self.starts, self.ends)

    def common(self, whole: Range) -> Iterator[Range]:
        """The parts of a range that are in this set, in order."""
        for at in range(bisect_right(self.ends, whole.lo), bisect_left(self.starts, whole.hi)):
            yield Range(max(self.starts[at], whole.lo), min(self.ends[at], whole.hi))

    def missing(self, whole: Range) -> Iterator[Range]:
        """The parts of a range that are not in this set, in order."""
        reached = whole.lo
        for part in self.common(whole):
            if reached < part.lo:
                yield Range(reached, part.lo)
            reached = part.hi
        if reached < whole.hi:
            yield Range(reached, whole.hi)


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """Children ``lo <= n < hi`` packed in order, ``per_parent`` to a parent, into parents from ``parent_lo`` on.

    The last parent may hold fewer. One case is a run whose ``per_parent`` is its size.
    """

    lo: int
    hi: int
    parent_lo: int
    per_parent: int

    def __post_init__(self) -> None:
        if not 0 <= self.lo < self.hi or self.per_parent < 1 or self.parent_lo < 0:
            raise ValueError("a run is 0 <= lo < hi, with at least one child to a parent")

    @property
    def parents(self) -> Range:
        return Range(self.parent_lo, self.parent_lo + -(-(self.hi - self.lo) // self.per_parent))

    def parent_of(self, number: int) -> int:
        """The parent of a child of this run; the rule that `parent_sql` repeats in SQL."""
        return self.parent_lo + (number - self.lo) // self.per_parent

    def children_of(self, parents: Range) -> tuple[int, int]:
        """The children, as ``(lo, hi)``, of a part of the parents of this run."""
        first = self.lo + (parents.lo - self.parent_lo) * self.per_parent
        return first, min(self.hi, self.lo + (parents.hi - self.parent_lo) * self.per_parent)

    def followed_by(self, other: "Run") -> "Run | None":
        """Both runs as one, when the next goes on in the same step."""
        size = self.hi - self.lo
        last = other.hi - other.lo
        in_step = other.per_parent == self.per_parent or (last == other.per_parent < self.per_parent)
        goes_on = self.hi == other.lo and size % self.per_parent == 0 and other.parent_lo == self.parents.hi
        return Run(self.lo, other.hi, self.parent_lo, self.per_parent) if goes_on and in_step else None


def joined(runs: Iterable[Run]) -> list[Run]:
    """The same packing in as few runs as neighbours allow, ordered; the runs must be disjoint."""
    result: list[Run] = []
    for run in sorted(runs):
        longer = result[-1].followed_by(run) if result else None
        if longer:
            result[-1] = longer
        else:
            result.append(run)
    return result


def first_clash(runs: Sequence[Run]) -> tuple[Run, Run] | None:
    """Two runs that claim the same child, or None."""
    for one, other in pairwise(sorted(runs)):
        if other.lo < one.hi:
            return one, other
    return None
