"""Ranges in their batches: found, split where batches meet, and locked in the order of their keys."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.codes.errors import RangeOutsideBatch
from app.codes.models import BatchRow
from app.codes.queries import rows_within
from app.codes.rules.ranges import Range, RangeSet


@dataclass(frozen=True, slots=True)
class Place:
    """A range that lies within one batch."""

    batch: BatchRow
    range: Range


def placed(session: Session, ranges: Iterable[tuple[int, int]], *, lock: bool) -> list[Place]:
    """The union of the ranges, in order, each part in its batch; raises `RangeOutsideBatch` for a gap.

    ``lock`` keeps other writers of these batches out until the commit.
    """
    wanted = list(RangeSet.of((one.lo, one.hi) for one in map(as_range, ranges)))
    rows = rows_within(session, wanted[0].lo, wanted[-1].hi) if wanted else ()
    starts, ends = [row.lo for row in rows], [row.hi for row in rows]
    places = [Place(rows[at], part) for one in wanted for at, part in _parts(starts, ends, one)]
    if lock:
        _lock(session, {place.batch.id for place in places})
    return places


def as_range(bounds: tuple[int, int]) -> Range:
    """The range ``lo <= n < hi``; raises `RangeOutsideBatch` for what is none."""
    try:
        return Range(*bounds)
    except ValueError as error:
        raise RangeOutsideBatch(lo=bounds[0], hi=bounds[1]) from error


def _parts(starts: Sequence[int], ends: Sequence[int], wanted: Range) -> Iterator[tuple[int, Range]]:
    """Which batch, by its place among the starts and ends of all, holds which part of a range."""
    at, reached = bisect_right(starts, wanted.lo) - 1, wanted.lo
    while reached < wanted.hi:
        if not (0 <= at < len(starts) and starts[at] <= reached < ends[at]):
            raise RangeOutsideBatch(lo=wanted.lo, hi=wanted.hi)
        end = min(ends[at], wanted.hi)
        yield at, Range(reached, end)
        at, reached = at + 1, end


def _lock(session: Session, batch_ids: set[int]) -> None:
    ordered = select(BatchRow.id).where(BatchRow.id.in_(batch_ids)).order_by(BatchRow.id)
    session.execute(ordered.with_for_update()).all()
