"""Everything that is packed in given codes, level by level."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.codes.models import PackingRow
from app.codes.queries.batches import rows_within
from app.codes.rules.ranges import Range, RangeSet, Run

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
    last_parent = PackingRow.parent_lo + (PackingRow.hi - PackingRow.lo - 1) // PackingRow.per_parent
    statement = select(PackingRow.lo, PackingRow.hi, PackingRow.parent_lo, PackingRow.per_parent).where(
        PackingRow.parent_batch_id.in_(_batches(session, parents)),
        PackingRow.parent_lo < parents.ends[-1],
        last_parent >= parents.starts[0],
    )
    for row in session.execute(statement):
        run = Run(*row)
        for part in parents.common(run.parents):
            yield run.children_of(part)


def _batches(session: Session, parents: RangeSet) -> list[int]:
    rows = rows_within(session, parents.starts[0], parents.ends[-1])
    return [row.id for row in rows if any(parents.common(Range(row.lo, row.hi)))]


def _pairs(ranges: RangeSet) -> Iterator[tuple[int, int]]:
    return zip(ranges.starts, ranges.ends, strict=True)
