"""Everything that is packed in given codes, level by level."""

from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from app.codes.queries.batches import rows_within
from app.codes.queries.packing import rows_of_parents
from app.codes.rules.ranges import Range, RangeSet

DEEPEST = 15


def with_contents(session: Session, ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges, and the codes packed in them directly or over several levels; disjoint and in order."""
    level = everything = RangeSet.of(ranges)
    for _ in range(DEEPEST):
        level = RangeSet.of(_children(session, level))
        if not level.starts:
            break
        everything = RangeSet.of([*_pairs(everything), *_pairs(level)])
    return list(_pairs(everything))


def _children(session: Session, parents: RangeSet) -> Iterator[tuple[int, int]]:
    if not parents.starts:
        return
    for batch_id in _batches(session, parents):
        for row in rows_of_parents(session, batch_id, parents.starts[0], parents.ends[-1]):
            yield from row.children_within(parents)


def _batches(session: Session, parents: RangeSet) -> list[int]:
    rows = rows_within(session, parents.starts[0], parents.ends[-1])
    return [row.id for row in rows if any(parents.common(Range(row.lo, row.hi)))]


def _pairs(ranges: RangeSet) -> Iterator[tuple[int, int]]:
    return zip(ranges.starts, ranges.ends, strict=True)
