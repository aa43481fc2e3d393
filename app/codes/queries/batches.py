"""Batches, and what was done to ranges of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.codes.errors import UnknownBatch
from app.codes.models import BatchRow, BlockRow, SpanRow
from app.codes.queries.catalogue import BatchInfo, info_of
from app.kit.paging import Page, page


@dataclass(frozen=True, slots=True)
class BlockInfo:
    """A freeze or a withdrawal of the range ``lo <= code_no < hi``, and why."""

    id: int
    kind: str
    lo: int
    hi: int
    reason: str
    created_at: datetime
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class CodeHistory:
    """Everything that was done to a code by range, for whoever explains it."""

    batch: BatchInfo
    minted_at: datetime
    activated_at: datetime | None
    blocks: tuple[BlockInfo, ...]


def batch(session: Session, batch_id: int) -> BatchInfo:
    """A batch by its id; raises `UnknownBatch`."""
    return info_of(batch_row(session, batch_id))


def batch_of(session: Session, code_no: int) -> BatchInfo | None:
    """The batch that a code number was minted in."""
    row = row_of(session, code_no)
    return info_of(row) if row else None


def batch_row(session: Session, batch_id: int, *, lock: bool = False) -> BatchRow:
    """The row itself; ``lock`` keeps other writers of its ranges out until the commit."""
    statement = select(BatchRow).where(BatchRow.id == batch_id)
    row = session.scalar(statement.with_for_update() if lock else statement)
    if row is None:
        raise UnknownBatch(batch_id=str(batch_id))
    return row


def row_of(session: Session, code_no: int) -> BatchRow | None:
    row = printed_in(session, code_no)
    return row if row is not None and code_no < row.hi else None


def printed_in(session: Session, code_no: int) -> BatchRow | None:
    """The batch in whose print file a number stands, be it a canary's."""
    statement = select(BatchRow).where(BatchRow.lo <= code_no).order_by(BatchRow.lo.desc()).limit(1)
    row = session.scalar(statement)
    return row if row is not None and code_no < row.hi + row.canaries else None


def rows_within(session: Session, lo: int, hi: int) -> Sequence[BatchRow]:
    """The batches that share a number with ``lo <= n < hi``, in order."""
    statement = select(BatchRow).where(BatchRow.lo < hi, BatchRow.hi > lo)
    return session.scalars(statement.order_by(BatchRow.lo)).all()


def batch_page(session: Session, *, cursor: str | None, limit: int) -> Page[BatchRow]:
    return page(session, select(BatchRow), BatchRow.id, cursor=cursor, limit=limit)


def activated_counts(session: Session, batch_ids: Sequence[int]) -> dict[int, int]:
    """How many codes of each batch are activated; batches without any are left out."""
    statement = select(SpanRow.batch_id, func.sum(SpanRow.hi - SpanRow.lo)).where(SpanRow.batch_id.in_(batch_ids))
    return {batch_id: int(count) for batch_id, count in session.execute(statement.group_by(SpanRow.batch_id))}


def spans_over(session: Session, batch_id: int, lo: int, hi: int) -> Sequence[SpanRow]:
    """The activated spans of a batch that share a number with ``lo <= n < hi``, in order."""
    statement = select(SpanRow).where(SpanRow.batch_id == batch_id, SpanRow.lo < hi, SpanRow.hi > lo)
    return session.scalars(statement.order_by(SpanRow.lo)).all()


def block_page(session: Session, *, cursor: str | None, limit: int) -> Page[BlockRow]:
    return page(session, select(BlockRow), BlockRow.id, cursor=cursor, limit=limit)


def totals(session: Session) -> dict[str, int]:
    """How many codes the brand has minted and activated."""
    minted = session.scalar(select(func.coalesce(func.sum(BatchRow.hi - BatchRow.lo), 0)))
    activated = session.scalar(select(func.coalesce(func.sum(SpanRow.hi - SpanRow.lo), 0)))
    return {"minted": int(minted or 0), "activated": int(activated or 0)}


def history(session: Session, code_no: int) -> CodeHistory | None:
    """What happened to a code by range: minting, activation, freezes, withdrawal; None for no code of ours."""
    row = row_of(session, code_no)
    if row is None:
        return None
    spans = spans_over(session, row.id, code_no, code_no + 1)
    activated_at = spans[0].activated_at if spans else None
    return CodeHistory(info_of(row), row.created_at, activated_at, _blocks_over(session, row.id, code_no))


def _blocks_over(session: Session, batch_id: int, code_no: int) -> tuple[BlockInfo, ...]:
    statement = select(BlockRow).where(
        BlockRow.batch_id == batch_id, BlockRow.lo <= code_no, BlockRow.hi > code_no
    )
    rows = session.scalars(statement.order_by(BlockRow.created_at, BlockRow.id))
    return tuple(
        BlockInfo(row.id, row.kind, row.lo, row.hi, row.reason, row.created_at, row.lifted_at) for row in rows
    )
