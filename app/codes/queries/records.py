"""What was done to ranges of codes, as stored, for those who tell it on: exports, stories, other systems.

Rows are read in two orders, each along an index: as they were recorded (identifiers follow the clock), and by the
codes they are about. A new kind of record is one more `Source`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, func, null, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.codes.models import LARGEST_BATCH, BatchRow, BlockRow, ExportRow, PackingRow, SpanRow
from app.codes.queries.texts import outer_texts

__all__ = [
    "FROM_THE_START",
    "KINDS",
    "CodeEvent",
    "Position",
    "contents",
    "exports",
    "outer_texts",
    "recorded",
    "within",
]

FROM_THE_START = (-1, 0)
Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CodeEvent:
    """One record about the codes ``lo <= n < hi``: ``kind`` is minted, activated, packed or void.

    Packing goes in order, ``per_parent`` children to each parent from ``parent_lo`` on; with ``offsets`` (two
    bytes a child, big-endian, all ones for none) each child says how far its parent is from ``parent_lo``.
    """

    id: int
    kind: str
    at: datetime
    lo: int
    hi: int
    parent_lo: int | None = None
    per_parent: int | None = None
    offsets: bytes | None = None

    @property
    def position(self) -> Position:
        """Where `within` goes on after this record."""
        return self.lo, self.id


@dataclass(frozen=True, slots=True)
class Source:
    """A table of records, ordered by ``start``; ``disjoint`` when no two of them overlap."""

    kind: str
    columns: tuple[Any, ...]
    start: InstrumentedAttribute[int]
    end: InstrumentedAttribute[int]
    disjoint: bool
    where: tuple[ColumnElement[bool], ...] = ()


_NO_PARENTS = (null(), null(), null())
_PACKING = (
    PackingRow.id,
    PackingRow.packed_at,
    PackingRow.lo,
    PackingRow.hi,
    PackingRow.parent_lo,
    PackingRow.per_parent,
    PackingRow.offsets,
)
SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "minted": Source(
            "minted",
            (BatchRow.id, BatchRow.created_at, BatchRow.lo, BatchRow.hi, *_NO_PARENTS),
            BatchRow.lo,
            BatchRow.hi,
            disjoint=True,
        ),
        "activated": Source(
            "activated",
            (SpanRow.id, SpanRow.activated_at, SpanRow.lo, SpanRow.hi, *_NO_PARENTS),
            SpanRow.lo,
            SpanRow.hi,
            disjoint=True,
        ),
        "packed": Source("packed", _PACKING, PackingRow.lo, PackingRow.hi, disjoint=True),
        "void": Source(
            "void",
            (BlockRow.id, BlockRow.created_at, BlockRow.lo, BlockRow.hi, *_NO_PARENTS),
            BlockRow.lo,
            BlockRow.hi,
            disjoint=False,
            where=(BlockRow.kind == "void",),
        ),
    }
)
KINDS = tuple(SOURCES)


def recorded(session: Session, *, after: int, limit: int) -> list[CodeEvent]:
    """Up to ``limit`` records of all kinds with identifiers above ``after``, in the order of recording."""
    return list(merge(*(_recorded(session, source, after, limit) for source in SOURCES.values()), key=_id))[:limit]


def _id(one: CodeEvent) -> int:
    return one.id


def _recorded(session: Session, source: Source, after: int, limit: int) -> list[CodeEvent]:
    statement = _select(source).where(source.columns[0] > after).order_by(source.columns[0])
    return _read(session, source, statement.limit(limit))


def within(
    session: Session, kind: str, *, lo: int, hi: int, after: Position = FROM_THE_START, limit: int
) -> list[CodeEvent]:
    """Records of a kind about any of ``lo <= n < hi``, by code; packing counts for its children here."""
    source = SOURCES[kind]
    reach = _lowest_start(session, source, lo)
    statement = _select(source).where(
        source.start >= reach,
        source.start < hi,
        source.end > lo,
        tuple_(source.start, source.columns[0]) > after,
    )
    return _read(session, source, statement.order_by(source.start, source.columns[0]).limit(limit))


def _lowest_start(session: Session, source: Source, lo: int) -> int:
    """Where a record that reaches ``lo`` can begin at the lowest: the index is entered there."""
    if not source.disjoint:
        return lo - LARGEST_BATCH
    nearest = select(func.max(source.start)).where(source.start <= lo)
    return session.scalar(nearest) or 0


def contents(
    session: Session, *, lo: int, hi: int, after: Position = FROM_THE_START, limit: int
) -> list[CodeEvent]:
    """Packing into any of the parents ``lo <= n < hi`` of one batch; ``after`` is a parent and a record."""
    first = select(func.max(BatchRow.lo)).where(BatchRow.lo <= lo)
    statement = _select(SOURCES["packed"]).where(
        PackingRow.parent_lo >= (session.scalar(first) or 0),
        PackingRow.parent_lo < hi,
        PackingRow.parent_hi > lo,
        tuple_(PackingRow.parent_lo, PackingRow.id) > after,
    )
    return _read(session, SOURCES["packed"], statement.order_by(PackingRow.parent_lo, PackingRow.id).limit(limit))


def exports(session: Session, batch_id: int) -> Sequence[ExportRow]:
    """The print files of a batch that were handed out, oldest first."""
    statement = select(ExportRow).where(ExportRow.batch_id == batch_id)
    return session.scalars(statement.order_by(ExportRow.exported_at, ExportRow.id)).all()


def _select(source: Source) -> Select[Any]:
    return select(*source.columns).where(*source.where)


def _read(session: Session, source: Source, statement: Select[Any]) -> list[CodeEvent]:
    rows: Sequence[Any] = session.execute(statement).all()
    return [CodeEvent(row[0], source.kind, *row[1:]) for row in rows]
