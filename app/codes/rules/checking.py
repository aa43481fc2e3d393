"""Is what a file says about the packing possible? Decided on arrays, a chunk of lines at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.codes.rules.associations import Associations
from app.codes.rules.batches import BatchIndex
from app.codes.rules.findings import Findings
from app.codes.rules.keys import SlotKey
from app.codes.rules.lines import Chunk
from app.codes.rules.packing import MOST_IN_PARENT, Parents
from app.codes.rules.ranges import RangeSet
from app.codes.rules.reading_many import NO_CODE, read_codes

MOST_LINES = 2_000_000
USUAL_LEVELS = frozenset({("unit", "case"), ("case", "pallet")})
Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Kind:
    """What checking must know of a batch."""

    level: str
    sku_id: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file is checked against; ``levels`` are (child's level, parent's level) of what is packed so far."""

    slots: Mapping[str, SlotKey] = field(repr=False)
    index: BatchIndex = field(repr=False)
    kinds: Mapping[int, Kind]
    void: RangeSet
    levels: frozenset[tuple[str, str]] = frozenset()


class Checker:
    """Takes chunk after chunk; `finish` gives what is left to store, `findings` what is wrong."""

    def __init__(self, facts: Facts) -> None:
        self.findings = Findings()
        self.lines = 0
        self._facts = facts
        self._parts: list[Associations] = []
        self._starts = np.array([batch.lo for batch in facts.index.batches], np.int64)
        self._ends = np.array([batch.hi for batch in facts.index.batches], np.int64)
        self._fits: dict[tuple[int, int], str | None] = {}

    def take(self, chunk: Chunk) -> None:
        self.lines += len(chunk.lines) + len(chunk.wrong)
        if self.lines > MOST_LINES:
            self.findings.note("codes.too_many_lines", [max(chunk.lines + chunk.wrong)], f"{MOST_LINES:,}")
            return
        self.findings.note("codes.bad_line", chunk.wrong)
        lines = np.array(chunk.lines, np.int64)
        parents, first = self._numbers(chunk.parents), self._numbers(chunk.children)
        last = self._numbers(chunk.lasts) if chunk.lasts else first
        given = Associations(first, last + 1, parents, lines)
        given = self._refuse("codes.unknown_parent", given, parents == NO_CODE)
        given = self._refuse("codes.unknown_child", given, (given.lo == NO_CODE) | (given.hi == NO_CODE + 1))
        given = self._refuse("codes.reversed_range", given, self._reversed(given))
        given = self._refuse("codes.range_too_long", given, given.hi - given.lo > MOST_IN_PARENT)
        given = self._refuse_misfits(given)
        void = _overlaps(self._facts.void, given.lo, given.hi)
        void |= _overlaps(self._facts.void, given.parent, given.parent + 1)
        self._parts.append(self._refuse("codes.void", given, void))

    def finish(self, *, per_parent: int | None = None) -> Associations:
        """What the file says, in order; ``per_parent`` is the most that it may put into one parent."""
        parts, self._parts = self._parts, []
        columns = (
            np.concatenate([getattr(p, name) for p in parts] or [np.empty(0, np.int64)]) for name in COLUMNS
        )
        given = Associations(*columns).ordered()
        if not self.lines:
            self.findings.note("codes.no_lines", [1])
        given = self._refuse_repeated(given)
        if per_parent:
            self._refuse_full(given, per_parent)
        return given

    def _numbers(self, texts: Sequence[str]) -> Parents:
        """Each text once: a case stands in as many lines as it has units."""
        known = dict.fromkeys(texts)
        numbers = read_codes(list(known), self._facts.slots, self._facts.index)
        known.update(zip(known, numbers.tolist(), strict=True))
        return np.fromiter(map(known.__getitem__, texts), np.int64, len(texts))

    def _refuse(self, code: str, given: Associations, wrong: Chosen) -> Associations:
        if not wrong.any():
            return given
        self.findings.note(code, given.line[wrong].tolist())
        return given.at(~wrong)

    def _places(self, numbers: Parents) -> NDArray[np.intp]:
        return np.searchsorted(self._starts, numbers, "right") - 1

    def _reversed(self, given: Associations) -> Chosen:
        return (given.hi <= given.lo) | (given.hi > self._ends[self._places(given.lo)])

    def _refuse_misfits(self, given: Associations) -> Associations:
        """Levels and products are of whole batches, so each pair of batches is judged once."""
        children, parents = self._places(given.lo), self._places(given.parent)
        pairs, pair_of = np.unique(children * len(self._starts) + parents, return_inverse=True)
        verdicts = np.array([self._misfit(*divmod(int(pair), len(self._starts))) for pair in pairs], object)
        told = verdicts[pair_of]
        for code in ("codes.wrong_sku", "codes.wrong_level"):
            self._refuse(code, given, told == code)
        return given.at(told == None)  # noqa: E711  # element by element

    def _misfit(self, child: int, parent: int) -> str | None:
        if (child, parent) not in self._fits:
            one, other = (self._facts.kinds[self._facts.index.batches[at].batch_id] for at in (child, parent))
            fits = is_below(one.level, other.level, self._facts.levels | USUAL_LEVELS)
            same = one.sku_id == other.sku_id
            self._fits[child, parent] = "codes.wrong_level" if not fits else None if same else "codes.wrong_sku"
        return self._fits[child, parent]

    def _refuse_repeated(self, given: Associations) -> Associations:
        """Of two lines with the same child the later one is wrong."""
        places = given.repeated()
        if not len(places):
            return given
        # The child of a later place is in the furthest reaching range before it.
        firsts = np.maximum.accumulate(
            np.where(given.hi == np.maximum.accumulate(given.hi), np.arange(len(given)), 0)
        )
        one, other = given.line[firsts[places - 1]], given.line[places]
        later, at = np.unique(np.maximum(one, other), return_index=True)
        self.findings.note("codes.repeated_child", later.tolist(), map(str, np.minimum(one, other)[at].tolist()))
        return given.at(np.delete(np.arange(len(given)), places))

    def _refuse_full(self, given: Associations, most: int) -> None:
        order = np.lexsort((given.line, given.parent))
        sizes, parents = (given.hi - given.lo)[order], given.parent[order]
        total = np.cumsum(sizes)
        begins = np.concatenate(([True], parents[1:] != parents[:-1])) if len(parents) else np.empty(0, bool)
        before = np.maximum.accumulate(np.where(begins, total - sizes, 0))
        full = np.sort(given.line[order][total - before > most])
        self.findings.note("codes.parent_full", full.tolist(), str(most))


COLUMNS = ("lo", "hi", "parent", "line")


def is_below(child: str, parent: str, levels: Iterable[tuple[str, str]]) -> bool:
    """Whether codes of one level may be packed in codes of the other: not in their own nor in theirs."""
    above: dict[str, set[str]] = {}
    for low, high in levels:
        above.setdefault(low, set()).add(high)
    seen, ahead = {parent}, [parent]
    while ahead:
        for level in above.get(ahead.pop(), set()) - seen:
            seen.add(level)
            ahead.append(level)
    return child not in seen


def _overlaps(ranges: RangeSet, lo: Parents, hi: Parents) -> Chosen:
    """Whether each ``lo[i] <= n < hi[i]`` shares a number with the set."""
    if not ranges.starts:
        return np.zeros(len(lo), np.bool_)
    starts, ends = np.array(ranges.starts, np.int64), np.array(ranges.ends, np.int64)
    places = np.searchsorted(ends, lo, "right")
    return (places < len(starts)) & (starts[np.minimum(places, len(starts) - 1)] < hi)
