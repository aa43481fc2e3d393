"""The records of codes and of goods as one stream, in the order of recording or by the codes they are about."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from heapq import merge
from typing import Any

from sqlalchemy.orm import Session

from app import codes, custody
from app.trace.rules.records import Piece, Record

AT_ONCE = 500
MOST_OF_A_CODE = 5_000
FROM_THE_START = codes.records.FROM_THE_START
Position = codes.records.Position


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a way through the records: how to read on behind a position, and where a record stands."""

    read: Callable[..., Sequence[Any]]
    place: Callable[[Any], Position]


def _record(told: Any) -> Record:
    known: dict[str, Any] = {field.name: getattr(told, field.name, None) for field in fields(Record)}
    return Record(**known)


def recorded(session: Session, *, after: int, limit: int = AT_ONCE) -> list[Record]:
    """Up to ``limit`` records with identifiers above ``after``, in their order."""
    done = codes.records.recorded(session, after=after, limit=limit)
    moved = custody.records.recorded(session, after=after, limit=limit)
    return list(merge(map(_record, done), map(_record, moved), key=lambda one: one.id))[:limit]


def read_on(session: Session, leg: Leg, after: Position) -> tuple[list[Record], Position | None]:
    """The next records of a leg, and where to go on; None at its end."""
    found = leg.read(session, after=after, limit=AT_ONCE)
    following = leg.place(found[-1]) if len(found) == AT_ONCE else None
    return [_record(one) for one in found], following


def legs_of_range(lo: int, hi: int) -> list[Leg]:
    """Everything about the codes ``lo <= n < hi``: what was done to them, put into them, and their way."""
    done = [Leg(partial(codes.records.within, kind=kind, lo=lo, hi=hi), _by_code) for kind in codes.records.KINDS]
    moved = [
        Leg(partial(custody.records.within, kind=kind, lo=lo, hi=hi), _by_code) for kind in custody.records.KINDS
    ]
    return [*done, *moved, leg_of_contents(lo, hi)]


def leg_of_contents(lo: int, hi: int) -> Leg:
    """What was packed into the codes ``lo <= n < hi``."""
    return Leg(partial(codes.records.contents, lo=lo, hi=hi), _by_parent)


def leg_of_shipment(number: str) -> Leg:
    """What a delivery note moved."""
    return Leg(partial(custody.records.of_shipment, number=number), _by_code)


def _by_code(told: Any) -> Position:
    return told.position  # type: ignore[no-any-return]  # both kinds of record have one


def _by_parent(told: codes.records.CodeEvent) -> Position:
    return told.parent_lo or 0, told.id


def about(session: Session, code_no: int) -> list[Piece]:
    """The pieces that name one code, oldest first: as what it was done to, or as the parent of its contents."""
    *legs, contents = legs_of_range(code_no, code_no + 1)
    found = [piece for leg in legs for record in _few(session, leg) for piece in record.pieces_with(code_no)]
    found += [piece for record in _few(session, contents) for piece in record.pieces_into(code_no)]
    return sorted(found, key=lambda piece: (piece.record.at, piece.record.id))


def _few(session: Session, leg: Leg) -> Iterator[Record]:
    """One code has a handful of records; a bound keeps a strange one from filling the memory."""
    yield from map(_record, leg.read(session, after=FROM_THE_START, limit=MOST_OF_A_CODE))
