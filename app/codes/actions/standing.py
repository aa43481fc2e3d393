"""What stands in the way of a range of codes: freeze, withdrawal. Writers lock the batch's row.

A freeze is one person's act, at once: the brake of a recall. A withdrawal comes out of a plan, see `planning`.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.codes.actions.activating import copy
from app.codes.actions.places import Place, as_range, placed
from app.codes.errors import NotFrozen, RangeOutsideBatch, UnknownFreeze
from app.codes.models import BatchRow, BlockRow
from app.codes.queries import batch_row, live_freezes, row_of
from app.codes.rules.ranges import Range, RangeSet
from app.kit import cache

BLOCKS = "COPY codes_block (brand_id, id, batch_id, kind, lo, hi, reason, created_at, created_by) FROM STDIN"
LIFT = text("""
UPDATE codes_block SET lifted_at = :at, lifted_by = :by
WHERE brand_id = :brand_id AND id = ANY(:ids) AND lifted_at IS NULL""")


def freeze(session: Session, *, lo: int, hi: int, reason: str, by: int, at: datetime) -> BlockRow:
    """Suspend a range of one batch until `thaw`; the same freeze again is the same row.

    Raises `RangeOutsideBatch`.
    """
    batch_id, wanted = _locked(session, lo, hi)
    same = session.scalar(
        select(BlockRow).where(
            BlockRow.batch_id == batch_id,
            BlockRow.kind == "frozen",
            BlockRow.lo == wanted.lo,
            BlockRow.hi == wanted.hi,
            BlockRow.reason == reason,
            BlockRow.lifted_at.is_(None),
        )
    )
    if same is not None:
        return same
    row = _new_freeze(batch_id, wanted, reason=reason, by=by, at=at)
    session.add(row)
    _flush_and_bump(session)
    return row


def block_ranges(
    session: Session, *, kind: str, ranges: Iterable[tuple[int, int]], reason: str, by: int, at: datetime
) -> list[Place]:
    """Freeze (``frozen``) or withdraw (``void``) ranges of any batches; raises `RangeOutsideBatch`.

    Codes that were used before may be withdrawn: what was paid stays paid.
    """
    places = placed(session, ranges, lock=True)
    rows = ((place.batch.id, kind, place.range.lo, place.range.hi, reason, at, by) for place in places)
    copy(session, BLOCKS, rows)
    _flush_and_bump(session)
    return places


def thaw_ranges(session: Session, *, ranges: Iterable[tuple[int, int]], by: int, at: datetime) -> list[Place]:
    """Lift every freeze of these codes; raises `RangeOutsideBatch`, and `NotFrozen` when there is none."""
    places = placed(session, ranges, lock=True)
    cuts = RangeSet.of((place.range.lo, place.range.hi) for place in places)
    touched = [row for row in live_freezes(session, cuts) if any(cuts.common(Range(row.lo, row.hi)))]
    if not touched:
        raise NotFrozen(lo=places[0].range.lo, hi=places[-1].range.hi)
    bound = {"brand_id": session.info["brand_id"], "ids": [row.id for row in touched], "at": at, "by": by}
    session.execute(LIFT, bound)
    rests = (
        (row.batch_id, "frozen", part.lo, part.hi, row.reason, at, by)
        for row in touched
        for part in cuts.missing(Range(row.lo, row.hi))
    )
    copy(session, BLOCKS, rests)
    _flush_and_bump(session)
    return places


def thaw(
    session: Session, *, freeze_id: int, lo: int | None = None, hi: int | None = None, by: int, at: datetime
) -> BlockRow:
    """Lift a freeze, or only ``lo <= code_no < hi`` of it: what stays frozen becomes rows of its own.

    Other freezes of the same codes stay. Raises `UnknownFreeze`, and `NotFrozen` when it was lifted before or
    the range is not part of it.
    """
    row = _locked_freeze(session, freeze_id)
    whole = Range(row.lo, row.hi)
    cut = as_range((whole.lo if lo is None else lo, whole.hi if hi is None else hi))
    if not whole.covers(cut):
        raise NotFrozen(lo=row.lo, hi=row.hi)
    lift = update(BlockRow).where(BlockRow.id == freeze_id, BlockRow.lifted_at.is_(None))
    lifted = session.execute(lift.values(lifted_at=at, lifted_by=by).returning(BlockRow.id)).first()
    if lifted is None:
        raise NotFrozen(lo=row.lo, hi=row.hi)
    for rest in whole.without(cut):
        session.add(_new_freeze(row.batch_id, rest, reason=row.reason, by=by, at=at))
    _flush_and_bump(session)
    session.refresh(row)
    return row


def _locked_freeze(session: Session, freeze_id: int) -> BlockRow:
    row = session.scalar(select(BlockRow).where(BlockRow.id == freeze_id, BlockRow.kind == "frozen"))
    if row is None:
        raise UnknownFreeze(freeze_id=str(freeze_id))
    batch_row(session, row.batch_id, lock=True)
    return row


def _locked(session: Session, lo: int, hi: int) -> tuple[int, Range]:
    """The id of the batch that holds the whole range, its row locked, and the range."""
    found = row_of(session, lo)
    if found is None:
        raise RangeOutsideBatch(lo=lo, hi=hi)
    row = batch_row(session, found.id, lock=True)
    return row.id, _within(row, lo, hi)


def _within(row: BatchRow, lo: int, hi: int) -> Range:
    wanted = as_range((lo, hi))
    if not Range(row.lo, row.hi).covers(wanted):
        raise RangeOutsideBatch(lo=row.lo, hi=row.hi)
    return wanted


def _new_freeze(batch_id: int, wanted: Range, *, reason: str, by: int, at: datetime) -> BlockRow:
    return BlockRow(
        batch_id=batch_id,
        kind="frozen",
        lo=wanted.lo,
        hi=wanted.hi,
        reason=reason,
        created_at=at,
        created_by=by,
    )


def _flush_and_bump(session: Session) -> None:
    session.flush()
    cache.bump(session, session.info["brand_id"])
