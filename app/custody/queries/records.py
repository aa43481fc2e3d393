"""What happened to goods on their way, as stored, for those who tell it on: exports, stories, other systems.

Rows are read in two orders, each along an index: as they were recorded, and by the codes they are about. A new
kind of movement needs nothing here; a new table of records is one more `Source`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, null, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.custody.models import Movement, OpeningRow, Shipment, Sighting

FROM_THE_START = (-1, 0)
LONGEST_RUN = 20_000_000  # goods scanned in a row are codes of one batch
Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GoodsEvent:
    """One record about goods ``lo <= n < hi``: ``kind`` is that of a movement, or opened.

    They came from one party and went to another; neither dealer nor terminal means the brand. At an opening the
    terminal opened them and the dealer held them. ``number`` is that of the delivery note.
    """

    id: int
    kind: str
    at: datetime
    lo: int
    hi: int
    number: str | None
    from_dealer_id: int | None
    from_terminal_id: int | None
    dealer_id: int | None
    terminal_id: int | None

    @property
    def position(self) -> Position:
        """Where `within` goes on after this record."""
        return self.lo, self.id


@dataclass(frozen=True, slots=True)
class Source:
    """A table of records: what to select, and the columns it is read along."""

    select: Callable[[], Select[Any]]
    id: InstrumentedAttribute[int]
    start: InstrumentedAttribute[int]
    end: ColumnElement[int]
    longest: int


_MOVED: tuple[Any, ...] = (
    Movement.id,
    Movement.kind,
    Movement.at,
    Movement.lo,
    Movement.hi,
    Shipment.number,
    Movement.from_dealer_id,
    Movement.from_terminal_id,
    Movement.dealer_id,
    Movement.terminal_id,
)
_OPENED: tuple[Any, ...] = (
    OpeningRow.id,
    literal("opened"),
    OpeningRow.opened_at,
    OpeningRow.case_no,
    OpeningRow.case_no + 1,
    null(),
    null(),
    null(),
    OpeningRow.dealer_id,
    OpeningRow.terminal_id,
)


def _movements() -> Select[Any]:
    same = (Shipment.brand_id == Movement.brand_id) & (Shipment.id == Movement.shipment_id)
    return select(*_MOVED).join(Shipment, same)


def _openings() -> Select[Any]:
    return select(*_OPENED)


SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "moved": Source(_movements, Movement.id, Movement.lo, Movement.hi.expression, LONGEST_RUN),
        "opened": Source(_openings, OpeningRow.id, OpeningRow.case_no, OpeningRow.case_no + 1, 1),
    }
)
KINDS = tuple(SOURCES)


def recorded(session: Session, *, after: int, limit: int) -> list[GoodsEvent]:
    """Up to ``limit`` records of all kinds with identifiers above ``after``, in the order of recording."""
    return list(merge(*(_recorded(session, one, after, limit) for one in SOURCES.values()), key=_id))[:limit]


def _id(one: GoodsEvent) -> int:
    return one.id


def _recorded(session: Session, source: Source, after: int, limit: int) -> list[GoodsEvent]:
    return _read(session, source.select().where(source.id > after).order_by(source.id).limit(limit))


def within(
    session: Session, kind: str, *, lo: int, hi: int, after: Position = FROM_THE_START, limit: int
) -> list[GoodsEvent]:
    """Records from one table about any of the goods ``lo <= n < hi``, by code."""
    source = SOURCES[kind]
    statement = source.select().where(
        source.start > lo - source.longest,
        source.start < hi,
        source.end > lo,
        tuple_(source.start, source.id) > after,
    )
    return _read(session, statement.order_by(source.start, source.id).limit(limit))


def of_shipment(
    session: Session, number: str, *, after: Position = FROM_THE_START, limit: int
) -> list[GoodsEvent]:
    """What a delivery note moved, by code."""
    statement = _movements().where(Shipment.number == number, tuple_(Movement.lo, Movement.id) > after)
    return _read(session, statement.order_by(Movement.lo, Movement.id).limit(limit))


def sightings(session: Session, code_no: int, *, limit: int) -> Sequence[Sighting]:
    """The youngest observations of a code, youngest first."""
    statement = select(Sighting).where(Sighting.code_no == code_no)
    return session.scalars(statement.order_by(Sighting.at.desc(), Sighting.id.desc()).limit(limit)).all()


def _read(session: Session, statement: Select[Any]) -> list[GoodsEvent]:
    return [GoodsEvent(*row) for row in session.execute(statement)]
