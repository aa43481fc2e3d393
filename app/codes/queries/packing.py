"""Who is packed in whom."""

from collections.abc import Sequence

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.codes.models import PackingRow
from app.codes.rules.ranges import Run
from app.kit.database import raw


def parent_sql(code_no: str, *, brand_id: str = "%(brand_id)s") -> str:
    """A scalar subquery: the code number of the parent of ``code_no``, or NULL when it is not packed.

    Both arguments are SQL expressions written by us, never input. One index step, whatever the batch's size.
    """
    return (
        f"(SELECT CASE WHEN {code_no} < pk.hi THEN pk.parent_lo + ({code_no} - pk.lo) / pk.per_parent END"  # noqa: S608
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

CLASHES = text("""
SELECT n.lo, n.hi, p.lo, p.hi
FROM unnest(CAST(:los AS bigint[]), CAST(:his AS bigint[])) AS n(lo, hi)
CROSS JOIN LATERAL (
  SELECT lo, hi FROM codes_packing
  WHERE brand_id = :brand_id AND lo < n.hi ORDER BY lo DESC LIMIT 1
) p
WHERE p.hi > n.lo ORDER BY n.lo LIMIT 1""")

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


def first_packed(session: Session, runs: Sequence[Run]) -> tuple[int, int] | None:
    """The first stored range of children that one of ``runs`` overlaps."""
    bound = {
        "brand_id": session.info["brand_id"],
        "los": [run.lo for run in runs],
        "his": [run.hi for run in runs],
    }
    row = session.execute(CLASHES, bound).first()
    return (row[2], row[3]) if row else None


def ancestor_batches(session: Session, batch_id: int) -> set[int]:
    """The batch itself and every batch whose codes hold its codes, directly or over several levels."""
    bound = {"brand_id": session.info["brand_id"], "batch_id": batch_id}
    return set(session.execute(ANCESTOR_BATCHES, bound).scalars())


def first_free_parent(session: Session, batch_id: int, lo: int) -> int:
    """The number after the last parent of a batch that holds something; ``lo`` when none does."""
    parents = (PackingRow.hi - PackingRow.lo + PackingRow.per_parent - 1) // PackingRow.per_parent
    last = select(func.max(PackingRow.parent_lo + parents))
    return session.scalar(last.where(PackingRow.parent_batch_id == batch_id)) or lo
