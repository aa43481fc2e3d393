"""Batches, and what was done to ranges of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.codes.errors import UnknownBatch
from app.codes.models import BatchRow, BlockRow, PackRow, RevocationRow, SpanRow
from app.codes.queries.catalogue import BatchInfo, info_of
from app.codes.rules.ranges import Range, RangeSet
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
class RevocationInfo:
    """An activation that was taken back, and why."""

    activated_at: datetime
    revoked_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class OrderedBy:
    """The pack order that a batch was minted for."""

    id: int
    number: str


@dataclass(frozen=True, slots=True)
class CodeHistory:
    """Everything that was done to a code by range, for whoever explains it; of a canary, how it came to be."""

    batch: BatchInfo
    pack: OrderedBy | None
    minted_at: datetime
    activated_at: datetime | None
    blocks: tuple[BlockInfo, ...]
    revocations: tuple[RevocationInfo, ...] = ()


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


RANGES_AT_ONCE = 20_000  # a statement must end within five seconds
FIRST_ACTIVE = text("""
SELECT span.lo, span.hi FROM unnest(CAST(:los AS bigint[]), CAST(:his AS bigint[])) AS wanted (lo, hi)
CROSS JOIN LATERAL (
  SELECT lo, hi FROM codes_span WHERE brand_id = :brand_id AND lo < wanted.hi ORDER BY lo DESC LIMIT 1
) span
WHERE span.hi > wanted.lo ORDER BY span.lo LIMIT 1""")


def first_active(session: Session, ranges: Sequence[Range]) -> Range | None:
    """The first activated span found that shares a number with one of the ranges."""
    for start in range(0, len(ranges), RANGES_AT_ONCE):
        some = ranges[start : start + RANGES_AT_ONCE]
        bound = {
            "brand_id": session.info["brand_id"],
            "los": [one.lo for one in some],
            "his": [one.hi for one in some],
        }
        row = session.execute(FIRST_ACTIVE, bound).first()
        if row is not None:
            return Range(*row)
    return None


def spans_touching(session: Session, ranges: Sequence[Range]) -> list[SpanRow]:
    """The activated spans that share a number with one of the ranges, which are disjoint and in order."""
    wanted = RangeSet.of((one.lo, one.hi) for one in ranges)
    statement = select(SpanRow).where(SpanRow.lo < ranges[-1].hi, SpanRow.hi > ranges[0].lo)
    rows = session.scalars(statement.order_by(SpanRow.lo))
    return [row for row in rows if any(wanted.common(Range(row.lo, row.hi)))]


def active_sql(code_no: str) -> str:
    """A condition: the code is active in the database, whatever a process remembers. One index step.

    The argument is an SQL expression written by us, never input; the brand is ``%(brand_id)s``.
    """
    return (
        "(SELECT span.hi FROM codes_span span WHERE span.brand_id = %(brand_id)s"  # noqa: S608
        f" AND span.lo <= {code_no} ORDER BY span.lo DESC LIMIT 1) > {code_no}"
    )


def live_freezes(session: Session, wanted: RangeSet) -> Sequence[BlockRow]:
    """The freezes between the first and the last of the wanted numbers that were not lifted."""
    statement = select(BlockRow).where(
        BlockRow.kind == "frozen",
        BlockRow.lifted_at.is_(None),
        BlockRow.lo < wanted.ends[-1],
        BlockRow.hi > wanted.starts[0],
    )
    return session.scalars(statement.order_by(BlockRow.id)).all()


def first_void(session: Session, lo: int, hi: int) -> BlockRow | None:
    """A withdrawal that shares a number with ``lo <= n < hi``."""
    statement = select(BlockRow).where(BlockRow.kind == "void", BlockRow.lo < hi, BlockRow.hi > lo)
    return session.scalar(statement.order_by(BlockRow.lo).limit(1))


def block_page(session: Session, *, cursor: str | None, limit: int) -> Page[BlockRow]:
    return page(session, select(BlockRow), BlockRow.id, cursor=cursor, limit=limit)


def totals(session: Session) -> dict[str, int]:
    """How many codes the brand has minted and activated."""
    minted = session.scalar(select(func.coalesce(func.sum(BatchRow.hi - BatchRow.lo), 0)))
    activated = session.scalar(select(func.coalesce(func.sum(SpanRow.hi - SpanRow.lo), 0)))
    return {"minted": int(minted or 0), "activated": int(activated or 0)}


def history(session: Session, code_no: int) -> CodeHistory | None:
    """What happened to a code by range: minting, activation, freezes, withdrawal; None for no code of ours."""
    row = printed_in(session, code_no)
    if row is None:
        return None
    spans = spans_over(session, row.id, code_no, code_no + 1)
    activated_at = spans[0].activated_at if spans else None
    return CodeHistory(
        info_of(row),
        _ordered_by(session, row),
        row.created_at,
        activated_at,
        _blocks_over(session, row.id, code_no),
        _revocations_over(session, row.id, code_no),
    )


def _ordered_by(session: Session, row: BatchRow) -> OrderedBy | None:
    if row.pack_id is None:
        return None
    number = session.scalar(select(PackRow.number).where(PackRow.id == row.pack_id))
    return OrderedBy(row.pack_id, number) if number is not None else None


def _revocations_over(session: Session, batch_id: int, code_no: int) -> tuple[RevocationInfo, ...]:
    statement = select(RevocationRow).where(
        RevocationRow.batch_id == batch_id, RevocationRow.lo <= code_no, RevocationRow.hi > code_no
    )
    rows = session.scalars(statement.order_by(RevocationRow.id))
    return tuple(RevocationInfo(row.activated_at, row.revoked_at, row.reason) for row in rows)


def _blocks_over(session: Session, batch_id: int, code_no: int) -> tuple[BlockInfo, ...]:
    statement = select(BlockRow).where(
        BlockRow.batch_id == batch_id, BlockRow.lo <= code_no, BlockRow.hi > code_no
    )
    rows = session.scalars(statement.order_by(BlockRow.created_at, BlockRow.id))
    return tuple(
        BlockInfo(row.id, row.kind, row.lo, row.hi, row.reason, row.created_at, row.lifted_at) for row in rows
    )
