"""One code from its minting to its last scan, read in one transaction and told afterwards from memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import channel, codes, custody
from app.kit.statement import ask
from app.trace.models import ReportRow
from app.trace.queries.records import about
from app.trace.queries.reports import reports_of
from app.trace.rules.records import Piece

MOST_SIGHTINGS = 50
MOST_CHILDREN = 100


@dataclass(frozen=True, slots=True)
class Way:
    """The packs of a code, itself first, and the records that name one of them, oldest first.

    ``counties`` are those of the shops that opened something.
    """

    path: tuple[int, ...]
    pieces: tuple[tuple[int, Piece], ...]
    counties: Mapping[int, str]
    reports: Sequence[ReportRow]


@dataclass(frozen=True, slots=True)
class Whole:
    """All that is stored about a code; ``queries`` by face, ``children`` the first of what is packed in it."""

    way: Way
    history: codes.CodeHistory
    exports: Sequence[Any]
    queries: Mapping[codes.Face, codes.QueriedBefore]
    sightings: Sequence[Any]
    contents: int
    children: tuple[int, ...]


def way(session: Session, read: codes.CodeRead) -> Way:
    """How a code came here."""
    path = codes.ancestors(session, read.code_no)
    pieces = [(code_no, piece) for code_no in path for piece in about(session, code_no)]
    told = [(no, piece) for no, piece in pieces if no == read.code_no or piece.parent_no != no]
    told.sort(key=lambda one: (one[1].record.at, one[1].record.id))
    return Way(path, tuple(told), _counties(session, told), reports_of(session, read.batch.id))


def _counties(session: Session, pieces: Sequence[tuple[int, Piece]]) -> dict[int, str]:
    shops = {piece.record.terminal_id for _, piece in pieces} - {None}
    statement = select(channel.Terminal.id, channel.Terminal.county).where(channel.Terminal.id.in_(shops))
    return {row.id: row.county for row in session.execute(statement)}


def whole(session: Session, read: codes.CodeRead) -> Whole:
    """Everything about a code. Raises `codes.UnknownCode` for a number that was never minted."""
    history = codes.history(session, read.code_no)
    if history is None:
        raise codes.UnknownCode
    travelled = way(session, read)
    held = [piece for no, piece in travelled.pieces if no == piece.parent_no == read.code_no]
    children = [code_no for piece in held for code_no in range(piece.lo, min(piece.hi, piece.lo + MOST_CHILDREN))]
    return Whole(
        travelled,
        history,
        codes.records.exports(session, read.batch.id),
        _queries(session, read.code_no),
        custody.records.sightings(session, read.code_no, limit=MOST_SIGHTINGS),
        sum(piece.hi - piece.lo for piece in held),
        tuple(children[:MOST_CHILDREN]),
    )


def _queries(session: Session, code_no: int) -> dict[codes.Face, codes.QueriedBefore]:
    brand_id = session.info["brand_id"]
    faces = tuple(codes.Face)
    rows = [ask(session, codes.query_question(brand_id=brand_id, code_no=code_no, face=face))[0] for face in faces]
    counted = zip(faces, map(codes.read_query, rows), strict=True)
    return {face: one for face, one in counted if one is not None}
