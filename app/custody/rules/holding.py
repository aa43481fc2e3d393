"""Ranges of codes and who holds them: the youngest movement wins, whatever the order of writing.

All ranges are half-open, ``lo <= code_no < hi``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heappop, heappush
from itertools import pairwise
from typing import Self

LONGEST_RUN = 1024


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive codes that were scanned together."""

    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class Held:
    """A range and the movement that brought it to its holder; `row_id` names the stored row, if any."""

    lo: int
    hi: int
    dealer_id: int | None
    shipment_id: int
    movement_id: int
    since: datetime
    row_id: int | None = None
    terminal_id: int | None = None

    @property
    def age(self) -> tuple[datetime, int]:
        """Greater is younger; the identifier decides between movements of one instant."""
        return self.since, self.movement_id

    def cut(self, lo: int, hi: int) -> Self:
        return self if (lo, hi) == (self.lo, self.hi) else replace(self, lo=lo, hi=hi, row_id=None)


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a pack: 0 is the code itself, 1 what it is packed in, and so on."""

    level_index: int
    code_no: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a code is packed, who holds it, which terminal opened its case.

    `dealer_id` is the holder by the youngest movement among the code and its packs; `terminal_dealer_id` the
    dealer of the opening terminal at that time. Unknown parts are None.
    """

    path: tuple[Step, ...]
    dealer_id: int | None
    shipment_id: int | None
    shipped_at: datetime | None
    opened_case_no: int | None
    terminal_id: int | None
    terminal_dealer_id: int | None
    opened_by: int | None
    opened_at: datetime | None
    foreign_opening: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """The first opening of a case: `dealer_id` held it then, `units` are packed directly in it.

    `repeated` says that this terminal had opened it before.
    """

    case_no: int
    terminal_id: int
    terminal_dealer_id: int
    dealer_id: int | None
    opened_by: int
    opened_at: datetime
    foreign_opening: bool
    units: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A code was seen: ``kind`` is query, claim, opening or inspection; places in 1e-6 degrees (WGS 84)."""

    code_no: int
    kind: str
    person_id: int | None = None
    device: str | None = None
    address_hash: str | None = None
    county: str | None = None
    latitude_e6: int | None = None
    longitude_e6: int | None = None


def runs_of(code_nos: Iterable[int]) -> list[Run]:
    """The codes as ordered, disjoint runs, each as long as possible; a code scanned twice counts once."""
    runs: list[Run] = []
    for code_no in sorted(set(code_nos)):
        if runs and runs[-1].hi == code_no:
            runs[-1] = Run(runs[-1].lo, code_no + 1)
        else:
            runs.append(Run(code_no, code_no + 1))
    return runs


def in_pieces(runs: Iterable[Run]) -> Iterator[Run]:
    """The same codes in runs of at most `LONGEST_RUN`, so that what covers a code is looked for near it."""
    for run in runs:
        for lo in range(run.lo, run.hi, LONGEST_RUN):
            yield Run(lo, min(lo + LONGEST_RUN, run.hi))


def joined(runs: Iterable[Run]) -> list[Run]:
    """The union of runs, ordered and disjoint, each as long as possible."""
    result: list[Run] = []
    for run in sorted(runs, key=lambda run: run.lo):
        if result and run.lo <= result[-1].hi:
            result[-1] = Run(result[-1].lo, max(result[-1].hi, run.hi))
        else:
            result.append(run)
    return result


def settle(ranges: Iterable[Held]) -> list[Held]:
    """The ranges made disjoint and ordered: every code goes to its youngest movement.

    The order of the input is of no consequence, so a movement that is reported late changes only codes that
    nothing younger has moved. A range that nothing cuts keeps its `row_id`.
    """
    by_youth = sorted(ranges, key=lambda held: held.age, reverse=True)
    waiting = sorted(range(len(by_youth)), key=lambda rank: by_youth[rank].lo, reverse=True)
    edges = sorted({edge for held in by_youth for edge in (held.lo, held.hi)})
    current: list[int] = []
    pieces: list[Held] = []
    for lo, hi in pairwise(edges):
        while waiting and by_youth[waiting[-1]].lo <= lo:
            heappush(current, waiting.pop())
        while current and by_youth[current[0]].hi <= lo:
            heappop(current)
        if current:
            _append(pieces, by_youth[current[0]], lo, hi)
    return pieces


def _append(pieces: list[Held], winner: Held, lo: int, hi: int) -> None:
    """Add a piece, joined to the one before when both come from the same movement."""
    last = pieces[-1] if pieces else None
    if last is not None and last.hi == lo and last.movement_id == winner.movement_id:
        pieces[-1] = winner.cut(last.lo, hi)
    else:
        pieces.append(winner.cut(lo, hi))


def is_foreign(holder_id: int | None, terminal_dealer_id: int) -> bool:
    """A case opened by another dealer's terminal; without a recorded holder nothing is held against anyone."""
    return holder_id is not None and holder_id != terminal_dealer_id


REASONS = {
    "foreign": (
        "这箱货发给了其他经销商, 奖励待品牌核实",
        "This case was shipped to another dealer; rewards wait for the brand's decision",
    ),
    "not_shipped": (
        "这箱货没有发货记录",
        "No shipment of this case is recorded",
    ),
}


def opening_reason(opening: Opening, language: str) -> str | None:
    """What the shop should know about its opening; None when all is ordinary."""
    chinese, english = (None, None)
    if opening.foreign_opening:
        chinese, english = REASONS["foreign"]
    elif opening.dealer_id is None:
        chinese, english = REASONS["not_shipped"]
    return english if language == "en" else chinese
