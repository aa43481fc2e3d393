"""Who is packed in whom."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.codes.errors import RangeOutsideBatch
from app.codes.models import EVENT_SPAN, PackingEventRow, PackingRow
from app.codes.queries.batches import rows_within
from app.codes.rules.packing import EMPTY, Link, Packing, Parents
from app.kit.database import raw

MOST_EVENTS = 100


def parent_sql(code_no: str, *, brand_id: str = "%(brand_id)s") -> str:
    """A scalar subquery: the code number of the parent of ``code_no``, or NULL when it is not packed.

    Both arguments are SQL expressions written by us, never input. One index step, whatever the batch's size,
    and whether the row is a run or a map (`rules.packing`).
    """
    place = f"2 * ({code_no} - pk.lo)::int"
    offset = f"get_byte(pk.offsets, {place}) * 256 + get_byte(pk.offsets, {place} + 1)"
    return (
        f"(SELECT CASE WHEN {code_no} >= pk.hi THEN NULL"  # noqa: S608
        f" WHEN pk.offsets IS NULL THEN pk.parent_lo + ({code_no} - pk.lo) / pk.per_parent"
        f" ELSE pk.parent_lo + nullif({offset}, {EMPTY}) END"
        f" FROM codes_packing pk WHERE pk.brand_id = {brand_id} AND pk.lo <= {code_no}"
        " ORDER BY pk.lo DESC LIMIT 1)"
    )


ANCESTORS = f"""
WITH RECURSIVE path(level_index, code_no) AS (
  SELECT 0, %(code_no)s::bigint
  UNION ALL
  SELECT path.level_index + 1, parent.code_no
  FROM path CROSS JOIN LATERAL (SELECT {parent_sql("path.code_no")} AS code_no) parent
  WHERE parent.code_no IS NOT NULL
)
SELECT code_no FROM path ORDER BY level_index"""  # noqa: S608  # `parent_sql` is ours

ROW = "lo, hi, parent_lo, parent_hi, per_parent, offsets, child_batch_id, parent_batch_id, packed_at"
TOUCHING = f"""
SELECT id, {ROW} FROM codes_packing
WHERE brand_id = %(brand_id)s AND lo <= %(hi)s AND lo >= coalesce(
  (SELECT max(lo) FROM codes_packing WHERE brand_id = %(brand_id)s AND lo < %(lo)s), %(lo)s)
ORDER BY lo"""  # noqa: S608  # `ROW` is ours

# A parent's children may be in several rows, and rows overlap by parents. Rows of one reach span at most 2^reach
# parents, so each reach is one short stretch of the index.
HOLDING = f"""
SELECT id, {ROW} FROM generate_series(0, 40) span CROSS JOIN LATERAL (
  SELECT * FROM codes_packing WHERE brand_id = %(brand_id)s AND reach = span
    AND parent_lo > %(parent_no)s - (1::bigint << span) AND parent_lo <= %(parent_no)s OFFSET 0
) p
WHERE parent_hi > %(parent_no)s ORDER BY lo"""  # noqa: S608  # idem

WITHIN = f"""
SELECT id, {ROW} FROM codes_packing
WHERE brand_id = %(brand_id)s AND parent_batch_id = %(batch_id)s AND parent_lo < %(hi)s AND parent_hi > %(lo)s
ORDER BY lo"""  # noqa: S608  # idem

# The youngest word about a parent: closed, or emptied again.
CLOSED = """
SELECT parent_no FROM (
  SELECT DISTINCT ON (parent_no) parent_no, kind FROM codes_packing_event
  WHERE brand_id = %(brand_id)s AND parent_no = ANY(%(parents)s) AND kind IN ('closed', 'unpacked')
  ORDER BY parent_no, at DESC, id DESC
) latest WHERE kind = 'closed' ORDER BY parent_no"""

ANCESTOR_BATCHES = text("""
WITH RECURSIVE above(batch_id) AS (
  SELECT CAST(:batch_id AS bigint)
  UNION
  SELECT p.parent_batch_id FROM above
  JOIN codes_packing p ON p.brand_id = :brand_id AND p.child_batch_id = above.batch_id
)
SELECT batch_id FROM above""")


def ancestors(session: Session, code_no: int) -> tuple[int, ...]:
    """The code itself, the parent it is packed in, that one's parent and so on."""
    bound = {"brand_id": session.info["brand_id"], "code_no": code_no}
    return tuple(row[0] for row in raw(session).execute(ANCESTORS, bound))


def packings_touching(session: Session, lo: int, hi: int) -> dict[Packing, int]:
    """The rows, with their ids, that share a child with ``lo <= n < hi`` or lie right beside it."""
    bound = {"brand_id": session.info["brand_id"], "lo": lo, "hi": hi}
    rows = raw(session).execute(TOUCHING, bound)
    return {row: row_id for row, row_id in map(_read, rows) if row.hi >= lo}


def children_of(session: Session, parent_no: int) -> list[tuple[int, int]]:
    """The ranges of children that are packed directly in a code, in order."""
    bound = {"brand_id": session.info["brand_id"], "parent_no": parent_no}
    rows = raw(session).execute(HOLDING, bound)
    return [span for row, _ in map(_read, rows) for span in row.children_of(parent_no)]


def rows_of_parents(session: Session, batch_id: int, lo: int, hi: int) -> list[Packing]:
    """The rows that say what is in any of the parents ``lo <= n < hi`` of one batch."""
    bound = {"brand_id": session.info["brand_id"], "batch_id": batch_id, "lo": lo, "hi": hi}
    return [packing for packing, _ in map(_read, raw(session).execute(WITHIN, bound))]


def count_children(session: Session, parent_no: int) -> int:
    """How many codes are packed directly in a code."""
    return sum(hi - lo for lo, hi in children_of(session, parent_no))


def _read(row: Sequence[Any]) -> tuple[Packing, int]:
    row_id, lo, hi, parent_lo, parent_hi, per_parent, offsets, *link = row
    return Packing(lo, hi, parent_lo, parent_hi, per_parent, offsets, Link(*link)), row_id


def first_packed(session: Session, lo: int, hi: int) -> tuple[int, int] | None:
    """The children of the first row that overlaps the whole batch ``lo <= n < hi``; none is empty."""
    rows = [row for row in packings_touching(session, lo, hi) if row.lo < hi and row.hi > lo]
    return (rows[0].lo, rows[0].hi) if rows else None


def ancestor_batches(session: Session, batch_id: int) -> set[int]:
    """The batch itself and every batch whose codes hold its codes, directly or over several levels."""
    bound = {"brand_id": session.info["brand_id"], "batch_id": batch_id}
    return set(session.execute(ANCESTOR_BATCHES, bound).scalars())


def first_free_parent(session: Session, batch_id: int, lo: int) -> int:
    """The number after the last parent of a batch that holds something; ``lo`` when none does."""
    last = select(func.max(PackingRow.parent_hi)).where(PackingRow.parent_batch_id == batch_id)
    return session.scalar(last) or lo


def holders(session: Session, lo: Parents, hi: Parents) -> NDArray[np.int64]:
    """The batch of each range ``lo[i] <= n < hi[i]``; raises `RangeOutsideBatch` for one that is in none."""
    rows = rows_within(session, int(lo.min()), int(hi.max()))
    starts, ends, ids = (np.array([getattr(row, name) for row in rows], np.int64) for name in ("lo", "hi", "id"))
    places = np.searchsorted(starts, lo, "right") - 1
    outside = (places < 0) | (hi > np.concatenate((ends, [0]))[places])
    for place in np.flatnonzero(outside):
        raise RangeOutsideBatch(lo=int(lo[place]), hi=int(hi[place]))
    return ids[places]


def closed_parents(session: Session, parents: Sequence[int]) -> list[int]:
    """Those of the parents that were said to be complete."""
    bound = {"brand_id": session.info["brand_id"], "parents": list(parents)}
    return [parent_no for (parent_no,) in raw(session).execute(CLOSED, bound)]


def packing_events(session: Session, code_no: int) -> Sequence[PackingEventRow]:
    """What was done to a code by hand, and to what it holds, youngest first; files are not among it."""
    near = (PackingEventRow.lo <= code_no) & (PackingEventRow.lo > code_no - EVENT_SPAN)
    of_children = PackingEventRow.kind.not_in(("imported", "closed"))
    as_child = near & (PackingEventRow.hi > code_no) & of_children
    statement = select(PackingEventRow).where(as_child | (PackingEventRow.parent_no == code_no))
    return session.scalars(statement.order_by(PackingEventRow.id.desc()).limit(MOST_EVENTS)).all()
