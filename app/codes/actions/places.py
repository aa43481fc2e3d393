"""Ranges in their batches: found, split where batches meet, and locked in the order of their keys."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
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
    places = [place for one in wanted for place in _split(rows, one)]
    if lock:
        _lock(session, {place.batch.id for place in places})
    return places


def as_range(bounds: tuple[int, int]) -> Range:
    """The range ``lo <= n < hi``; raises `RangeOutsideBatch` for what is none."""
    try:
        return Range(*bounds)
    except ValueError as error:
        raise RangeOutsideBatch(lo=bounds[0], hi=bounds[1]) from error


def _split(rows: Sequence[BatchRow], wanted: Range) -> list[Place]:
    parts: list[Place] = []
    reached = wanted.lo
    for row in rows[max(bisect_right(rows, wanted.lo, key=lambda row: row.lo) - 1, 0) :]:
        if row.lo > reached or reached >= wanted.hi:
            break
        end = min(row.hi, wanted.hi)
        if reached < end:
            parts.append(Place(row, Range(reached, end)))
            reached = end
    if reached < wanted.hi:
        raise RangeOutsideBatch(lo=wanted.lo, hi=wanted.hi)
    return parts


def _lock(session: Session, batch_ids: set[int]) -> None:
    ordered = select(BatchRow.id).where(BatchRow.id.in_(batch_ids)).order_by(BatchRow.id)
    session.execute(ordered.with_for_update()).all()
