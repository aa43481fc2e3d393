"""What a range of codes may be used for: activation, freeze, withdrawal. Writers lock the batch's row."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.codes.errors import AlreadyActivated, NotFrozen, RangeOutsideBatch, UnknownFreeze
from app.codes.models import BatchRow, BlockRow, SpanRow
from app.codes.queries import batch_row, row_of, spans_over
from app.codes.rules.ranges import Range
from app.kit import cache


def activate(
    session: Session, *, batch_id: int, lo: int | None = None, hi: int | None = None, by: int, at: datetime
) -> SpanRow:
    """Release ``lo <= code_no < hi`` of a batch (by default all of it) for sale; ``by`` is a person.

    Raises `UnknownBatch`, `RangeOutsideBatch`, and `AlreadyActivated` when any code of it is active.
    """
    row = batch_row(session, batch_id, lock=True)
    wanted = _within(row, row.lo if lo is None else lo, row.hi if hi is None else hi)
    for span in spans_over(session, batch_id, wanted.lo, wanted.hi):
        raise AlreadyActivated(lo=span.lo, hi=span.hi)
    span = SpanRow(batch_id=batch_id, lo=wanted.lo, hi=wanted.hi, activated_at=at, activated_by=by)
    session.add(span)
    _flush_and_bump(session)
    return span


def freeze(session: Session, *, lo: int, hi: int, reason: str, by: int, at: datetime) -> BlockRow:
    """Suspend a range of one batch until `thaw`; the same freeze again is the same row.

    Raises `RangeOutsideBatch`.
    """
    return _block(session, "frozen", _locked(session, lo, hi), reason=reason, by=by, at=at)


def void(session: Session, *, lo: int, hi: int, reason: str, by: int, at: datetime) -> BlockRow:
    """Withdraw a range of one batch for ever; the same withdrawal again is the same row.

    Raises `RangeOutsideBatch`.
    """
    return _block(session, "void", _locked(session, lo, hi), reason=reason, by=by, at=at)


def thaw(
    session: Session, *, freeze_id: int, lo: int | None = None, hi: int | None = None, by: int, at: datetime
) -> BlockRow:
    """Lift a freeze, or only ``lo <= code_no < hi`` of it: what stays frozen becomes rows of its own.

    Other freezes of the same codes stay. Raises `UnknownFreeze`, and `NotFrozen` when it was lifted before or
    the range is not part of it.
    """
    row = _locked_freeze(session, freeze_id)
    whole = Range(row.lo, row.hi)
    cut = _range(whole.lo if lo is None else lo, whole.hi if hi is None else hi)
    if not whole.covers(cut):
        raise NotFrozen(lo=row.lo, hi=row.hi)
    lift = update(BlockRow).where(BlockRow.id == freeze_id, BlockRow.lifted_at.is_(None))
    lifted = session.execute(lift.values(lifted_at=at, lifted_by=by).returning(BlockRow.id)).first()
    if lifted is None:
        raise NotFrozen(lo=row.lo, hi=row.hi)
    for rest in whole.without(cut):
        session.add(_new_block(row.batch_id, "frozen", rest, reason=row.reason, by=by, at=at))
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
    wanted = _range(lo, hi)
    if not Range(row.lo, row.hi).covers(wanted):
        raise RangeOutsideBatch(lo=row.lo, hi=row.hi)
    return wanted


def _range(lo: int, hi: int) -> Range:
    try:
        return Range(lo, hi)
    except ValueError as error:
        raise RangeOutsideBatch(lo=lo, hi=hi) from error


def _block(
    session: Session, kind: str, place: tuple[int, Range], *, reason: str, by: int, at: datetime
) -> BlockRow:
    batch_id, wanted = place
    same = session.scalar(
        select(BlockRow).where(
            BlockRow.batch_id == batch_id,
            BlockRow.kind == kind,
            BlockRow.lo == wanted.lo,
            BlockRow.hi == wanted.hi,
            BlockRow.reason == reason,
            BlockRow.lifted_at.is_(None),
        )
    )
    if same is not None:
        return same
    row = _new_block(batch_id, kind, wanted, reason=reason, by=by, at=at)
    session.add(row)
    _flush_and_bump(session)
    return row


def _new_block(batch_id: int, kind: str, wanted: Range, *, reason: str, by: int, at: datetime) -> BlockRow:
    return BlockRow(
        batch_id=batch_id,
        kind=kind,
        lo=wanted.lo,
        hi=wanted.hi,
        reason=reason,
        created_at=at,
        created_by=by,
    )


def _flush_and_bump(session: Session) -> None:
    session.flush()
    cache.bump(session, session.info["brand_id"])
