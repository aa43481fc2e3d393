"""Changing what is packed: a window of children is read, changed, and written back in few rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.codes.queries import packings_touching
from app.codes.rules.packing import Packing, Window
from app.kit.database import raw
from app.kit.ids import new_id

ROWS_AT_ONCE = 20_000  # well within the time of one statement
TAKE_TURN = """
INSERT INTO codes_packing_desk AS desk (brand_id, id, turns) VALUES (%s, 1, 1)
ON CONFLICT (brand_id, id) DO UPDATE SET turns = desk.turns + 1"""
DELETE = "DELETE FROM codes_packing WHERE brand_id = %s AND id = ANY(%s)"
COPY = """COPY codes_packing (brand_id, id, lo, hi, parent_lo, parent_hi, per_parent, offsets,
  child_batch_id, parent_batch_id, packed_at, reach) FROM STDIN"""


def lock_packing(session: Session) -> None:
    """Packing of a brand goes one after the other, so that no two writers overlap or close a circle.

    No batch may hold itself, then no code does, at any depth. Minting does not wait for it.
    """
    raw(session).execute(TAKE_TURN, (session.info["brand_id"],))


@contextmanager
def opened(session: Session, lo: int, hi: int) -> Iterator[Window]:
    """The packing of the children ``lo <= n < hi``, to be changed in the block and stored at its end.

    The window may be wider than asked. Call `lock_packing` first.
    """
    before = packings_touching(session, lo, hi)
    for row in before:
        lo, hi = row.widened(lo, hi)
    window = Window(lo, hi, before)
    yield window
    after = window.packed()
    kept = set(after)
    gone = [row_id for row, row_id in before.items() if row not in kept]
    raw(session).execute(DELETE, (session.info["brand_id"], gone))
    insert_packings(session, [row for row in after if row not in before])


def insert_packings(session: Session, rows: Sequence[Packing]) -> None:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        with raw(session).cursor() as cursor, cursor.copy(COPY) as copy:
            for row in rows[start : start + ROWS_AT_ONCE]:
                run = (row.lo, row.hi, row.parent_lo, row.parent_hi, row.per_parent)
                copy.write_row((session.info["brand_id"], new_id(), *run, row.offsets, *row.link, row.reach))
