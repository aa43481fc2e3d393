"""Who is in whom, as rows: runs while a line keeps its order, maps of 2 bytes a child where it does not.

A row speaks for the children ``lo <= n < hi`` of one batch, packed into codes of one other batch. Rows are
disjoint. A change expands the rows it touches into a `Window`, an array with one parent a child, and writes the
window back in as few bytes as it takes: six runs cost what a map of `BLOCK` children costs, so a denser block
becomes a map.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.codes.rules.ranges import RangeSet, Run, joined

NOWHERE = 0  # code numbers begin with 1
BLOCK = 512  # children of a map
MOST_RUNS = 6  # of a block, before it becomes a map
MOST_IN_PARENT = 100_000  # so that a window with one more range in it stays small
EMPTY = 0xFFFF  # an offset that stands for "in no parent"
OFFSET = np.dtype(">u2")
Parents = NDArray[np.int64]


class Link(NamedTuple):
    """Which batch's codes are in which batch's, and since when; a map's instant is that of its latest packing."""

    child_batch_id: int
    parent_batch_id: int
    packed_at: datetime


@dataclass(frozen=True, slots=True)
class Packing:
    """One row: a run, or with ``offsets`` a map, whose child ``lo + i`` is in ``parent_lo + offsets[i]``."""

    lo: int
    hi: int
    parent_lo: int
    parent_hi: int
    per_parent: int
    offsets: bytes | None
    link: Link

    @classmethod
    def of_run(cls, run: Run, link: Link) -> "Packing":
        return cls(run.lo, run.hi, run.parent_lo, run.parents.hi, run.per_parent, None, link)

    @property
    def run(self) -> Run:
        return Run(self.lo, self.hi, self.parent_lo, self.per_parent)

    @property
    def reach(self) -> int:
        """The smallest k with ``parent_hi - parent_lo <= 2 ** k``: what the search by parent goes by."""
        return (self.parent_hi - self.parent_lo - 1).bit_length()

    def parents(self, lo: int, hi: int) -> Parents:
        """The parents of the children ``lo <= n < hi``, all of them within the row."""
        if self.offsets is None:
            return self.parent_lo + (np.arange(lo, hi) - self.lo) // self.per_parent
        offsets = np.frombuffer(self.offsets, OFFSET)[lo - self.lo : hi - self.lo].astype(np.int64)
        return np.where(offsets == EMPTY, NOWHERE, offsets + self.parent_lo)

    def children_of(self, parent_no: int) -> Iterator[tuple[int, int]]:
        """The ranges of children that are in one parent, in order."""
        if not self.parent_lo <= parent_no < self.parent_hi:
            return
        if self.offsets is None:
            lo = self.lo + (parent_no - self.parent_lo) * self.per_parent
            yield lo, min(lo + self.per_parent, self.hi)
            return
        for lo, hi, _ in stretches(self.lo, self.parents(self.lo, self.hi) == parent_no):
            yield lo, hi

    def children_within(self, parents: RangeSet) -> Iterator[tuple[int, int]]:
        """The ranges of children that are in any of the parents, in order."""
        if self.offsets is None:
            yield from map(self.run.children_of, parents.common(self.run.parents))
            return
        inside = np.fromiter((n in parents for n in self.parents(self.lo, self.hi).tolist()), bool)
        for lo, hi, _ in stretches(self.lo, inside):
            yield lo, hi

    def widened(self, lo: int, hi: int) -> tuple[int, int]:
        """The window ``lo … hi``, grown so that it cuts no map and no parent's children of this row."""
        if self.hi <= lo or hi <= self.lo:
            return lo, hi
        if self.offsets is not None:
            return min(lo, self.lo), max(hi, self.hi)
        start = lo - (lo - self.lo) % self.per_parent if self.lo < lo else lo
        end = min(self.hi, hi + (self.lo - hi) % self.per_parent) if hi < self.hi else hi
        return start, end

    def outside(self, lo: int, hi: int) -> Iterator["Packing"]:
        """What is left of a run beside a window that was `widened` by it."""
        if self.lo < lo:
            end = min(lo, self.hi)
            yield Packing.of_run(replace(self.run, hi=end), self.link) if end < self.hi else self
        if hi < self.hi:
            start = max(hi, self.lo)
            first = self.parent_lo + (start - self.lo) // self.per_parent
            run = replace(self.run, lo=start, parent_lo=first)
            yield Packing.of_run(run, self.link) if start > self.lo else self


class Window:
    """The parents of all children ``lo <= n < hi``, to be read, changed and packed again."""

    def __init__(self, lo: int, hi: int, rows: Iterable[Packing]) -> None:
        """``rows`` may reach beyond the window at both ends; `outside` of them is kept as it is."""
        self.lo, self.hi = lo, hi
        self.parents: Parents = np.zeros(hi - lo, np.int64)
        self.keys: NDArray[np.int32] = np.full(hi - lo, -1, np.int32)
        self.links: list[Link] = []
        self._places: dict[Link, int] = {}
        self._beside: list[Packing] = []
        for row in rows:
            self._take(row)

    def _take(self, row: Packing) -> None:
        lo, hi = max(row.lo, self.lo), min(row.hi, self.hi)
        self._beside += row.outside(self.lo, self.hi)
        if lo < hi:
            self.put(np.arange(lo, hi), row.parents(lo, hi), row.link)

    def put(self, children: Parents, parents: Parents, link: Link) -> None:
        """Say where children are; `NOWHERE` takes them out."""
        place = self._places.setdefault(link, len(self.links))
        if place == len(self.links):
            self.links.append(link)
        self.parents[children - self.lo] = parents
        self.keys[children - self.lo] = np.where(parents == NOWHERE, -1, place)

    def parents_of(self, children: Parents) -> Parents:
        return self.parents[children - self.lo]

    def packed(self) -> list[Packing]:
        """The window and what lies beside it as rows, in order."""
        maps = list(self._maps())
        runs: dict[Link, list[Run]] = {}
        for row in self._beside:
            if row.offsets is None:
                runs.setdefault(row.link, []).append(row.run)
            else:
                maps.append(row)
        for lo, hi, at in stretches(self.lo, self.parents, self.keys):
            run = Run(lo, hi, int(self.parents[at]), hi - lo)
            runs.setdefault(self.links[self.keys[at]], []).append(run)
        rows = [Packing.of_run(run, link) for link, some in runs.items() for run in joined(some)]
        return sorted(maps + rows, key=lambda row: row.lo)

    def _maps(self) -> Iterator[Packing]:
        """Turn the dense blocks into maps, and forget their children here."""
        for block in self._dense_blocks():
            at = slice(max(block * BLOCK - self.lo, 0), (block + 1) * BLOCK - self.lo)
            made = self._map_of(at)
            if made is not None:
                yield made
                self.parents[at] = NOWHERE
                self.keys[at] = -1

    def _dense_blocks(self) -> list[int]:
        lo, hi = _runs_of(self.lo, self.parents, self.keys)
        first = self.lo // BLOCK
        counts = np.zeros((self.hi - 1) // BLOCK - first + 2, np.int64)
        np.add.at(counts, lo // BLOCK - first, 1)
        np.add.at(counts, (hi - 1) // BLOCK - first + 1, -1)
        return [int(block) + first for block in np.flatnonzero(np.cumsum(counts) > MOST_RUNS)]

    def _map_of(self, at: slice) -> Packing | None:
        """The children of one block as a map; None when they are of several batches or too far apart."""
        places = np.flatnonzero(self.keys[at] >= 0)
        parents = self.parents[at][places[0] : places[-1] + 1]
        links = [self.links[key] for key in np.unique(self.keys[at][places])]
        filled = parents[parents != NOWHERE]
        low, high = int(filled.min()), int(filled.max())
        if len({link[:2] for link in links}) > 1 or high - low >= EMPTY:
            return None
        offsets = np.where(parents == NOWHERE, EMPTY, parents - low).astype(OFFSET).tobytes()
        lo = self.lo + at.start + int(places[0])
        latest = max(links, key=lambda link: link.packed_at)
        return Packing(lo, lo + len(parents), low, high + 1, 1, offsets, latest)


def stretches(lo: int, *arrays: NDArray[np.generic]) -> Iterator[tuple[int, int, int]]:
    """Neighbours that are equal in all arrays and not zero in the first: (lo, hi, place of the first)."""
    starts, ends = _stretches(arrays)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield lo + start, lo + end, start


def _stretches(arrays: Sequence[NDArray[np.generic]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    values = arrays[0]
    change = np.zeros(len(values) + 1, np.bool_)
    change[0] = change[-1] = True
    for array in arrays:
        change[1:-1] |= array[1:] != array[:-1]
    bounds = np.flatnonzero(change)
    starts, ends = bounds[:-1], bounds[1:]
    filled = values[starts] != 0
    return starts[filled], ends[filled]


def _runs_of(lo: int, parents: Parents, keys: NDArray[np.int32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the runs begin and end that `joined` would make, but for a last parent that holds fewer."""
    starts, ends = _stretches((parents, keys))
    if not len(starts):
        return starts, ends
    sizes, first = ends - starts, parents[starts]
    goes_on = (ends[:-1] == starts[1:]) & (first[1:] == first[:-1] + 1) & (sizes[1:] == sizes[:-1])
    goes_on &= keys[starts][1:] == keys[starts][:-1]
    heads = np.flatnonzero(np.concatenate(([True], ~goes_on)))
    tails = np.concatenate((heads[1:] - 1, [len(starts) - 1]))
    return starts[heads] + lo, ends[tails] + lo
