"""What follows a document: its goods arrive, or whoever recorded it takes it back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.custody.actions.documents import (
    MOVEMENTS,
    copy_rows,
    insert_document,
    move,
    movement_row,
    same_again,
    take_turn,
)
from app.custody.errors import (
    AlreadyReceived,
    AlreadyReversed,
    MovedSince,
    NotReversible,
    TooManyHalves,
    UnknownDocument,
)
from app.custody.queries import document_about, parts_of, places_of
from app.custody.queries.documents import (
    apart_since,
    children_of,
    document,
    movements_of,
    runs_of_shipment,
    shipment_by_number,
)
from app.custody.rules import (
    MOVING,
    Compared,
    Document,
    NewDocument,
    Party,
    Run,
    compare,
    half_scanned,
    in_pieces,
    may_reverse,
    runs_of,
)
from app.kit.ids import new_id

MOST_HALVES = 500
DISCREPANCIES = "COPY custody_discrepancy (brand_id, id, shipment_id, kind, lo, hi) FROM STDIN"
REVERSAL = "CX{}"


def receive(
    session: Session,
    *,
    of: Document,
    receiver: Party,
    number: str,
    code_nos: Sequence[int],
    by: int,
    at: datetime,
    reference: str | None = None,
    made_at: datetime | None = None,
) -> Document:
    """Confirm what arrived of a document; without codes, all of it. Its receiver holds the goods already.

    What was sent and not scanned is recorded as missing, what was scanned and not sent as surplus; neither
    moves. Raises `UnknownDocument` for a document to somebody else, `AlreadyReversed`, `AlreadyReceived`,
    `TooManyHalves` and `ShipmentNumberTaken`.
    """
    if of.kind not in MOVING or not of.receiver.is_same_as(receiver):
        raise UnknownDocument
    turn = take_turn(session, at)
    if document_about(session, of.id, "reversed") is not None:
        raise AlreadyReversed
    before = document_about(session, of.id, "received")
    if before is not None and before.number != number:
        raise AlreadyReceived(number=before.number)
    sent = _codes_of(session, of)
    scanned = set(code_nos) or set(sent)
    new = NewDocument("received", number, of.sender, of.receiver, by, reference, made_at, of.id)
    made, fresh = insert_document(session, new, codes=len(scanned), at=turn)
    if not fresh:
        return same_again(session, made, new, runs_of(scanned))
    _note(session, made, _compare(session, sent, scanned))
    return made


def _compare(session: Session, sent: Sequence[int], scanned: set[int]) -> Compared:
    packs = {place.code_no: place.packs for place in places_of(session, list(scanned.union(sent)))}
    goods = frozenset(sent)
    half = half_scanned(goods, scanned, packs)
    if len(half) > MOST_HALVES:
        raise TooManyHalves
    return compare(goods, scanned, packs, children_of(session, half))


def _note(session: Session, made: Document, found: Compared) -> None:
    arrived = in_pieces(runs_of(found.arrived))
    rows = ((new_id(), *movement_row(made, run, made.sender, made.receiver)) for run in arrived)
    copy_rows(session, MOVEMENTS, rows)
    noted = (("missing", found.missing), ("surplus", found.surplus))
    copy_rows(
        session,
        DISCREPANCIES,
        ((new_id(), made.id, kind, run.lo, run.hi) for kind, those in noted for run in runs_of(those)),
    )


def reverse_document(session: Session, *, document_id: int, by: int, at: datetime) -> Document:
    """Take a document back by a counter document: every code returns to whom it came from.

    Only for the person who recorded it, within 24 hours, while nothing of it was received, moved on or taken
    apart. Again, it answers the same. Raises `UnknownDocument`, `NotReversible` and `MovedSince`.
    """
    turn = take_turn(session, at)
    wrong = document(session, document_id)
    if not may_reverse(wrong, person_id=by, at=at):
        raise NotReversible
    new = NewDocument(
        "reversed", REVERSAL.format(wrong.id), wrong.receiver, wrong.sender, recorded_by=by, of_id=wrong.id
    )
    known = shipment_by_number(session, new.number)
    if known is None:
        _require_unmoved(session, wrong)
    made, fresh = insert_document(session, new, codes=wrong.codes, at=turn)
    if fresh:
        _move_back(session, made, wrong)
    return made


def _require_unmoved(session: Session, wrong: Document) -> None:
    """Raises `MovedSince`; a shipment that overrode parts of its packs cannot be told apart again, either."""
    code_nos = _codes_of(session, wrong)
    moved = any(place.shipment_id != wrong.id for place in places_of(session, code_nos))
    moved = moved or (wrong.kind == "shipped" and bool(parts_of(session, code_nos)))
    if moved or document_about(session, wrong.id, "received") or apart_since(session, wrong, code_nos):
        raise MovedSince


def _move_back(session: Session, made: Document, wrong: Document) -> None:
    """Packs before what is in them: each thing returns to its own holder, not to its pack's."""
    depths = {place.code_no: len(place.packs) for place in places_of(session, _codes_of(session, wrong))}
    legs = [
        (Run(row.lo, row.hi), wrong.receiver, Party(row.from_dealer_id, row.from_terminal_id))
        for row in movements_of(session, wrong.id)
    ]
    legs.sort(key=lambda leg: max(depths[code_no] for code_no in range(leg[0].lo, leg[0].hi)))
    move(session, made, legs)


def _codes_of(session: Session, document: Document) -> list[int]:
    runs = runs_of_shipment(session, document.id)
    return [code_no for run in runs for code_no in range(run.lo, run.hi)]
