"""Documents move goods: who may is decided under the lock of the brand's desk, in the same transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app import channel, codes
from app.custody.actions.supply import require_supply
from app.custody.errors import NotHeld, PartiesDoNotFit, ShipmentNumberTaken, WrongCode
from app.custody.models import Holding, Shipment
from app.custody.queries import goods_of, holdings_touching, parts_of, places_of, shipment_by_number
from app.custody.queries.documents import as_document
from app.custody.rules import (
    BRAND,
    Document,
    Held,
    NewDocument,
    Party,
    Place,
    Refused,
    Run,
    Shipped,
    fits,
    in_pieces,
    judge,
    runs_of,
    settle,
    taken_apart,
)
from app.kit.database import raw
from app.kit.ids import new_id

MOST_NAMED = 50
# The desk is a row and not an advisory lock: it is found by its brand wherever the brand's rows live.
TAKE_TURN = text("""
INSERT INTO custody_desk (brand_id, id, turns, latest_at) VALUES (:brand_id, 1, 1, :at)
ON CONFLICT (brand_id, id) DO UPDATE SET turns = custody_desk.turns + 1,
    latest_at = greatest(excluded.latest_at, custody_desk.latest_at + interval '1 microsecond')
RETURNING latest_at""")
MOVEMENTS = (
    "COPY custody_movement (brand_id, id, kind, lo, hi, from_dealer_id, from_terminal_id, dealer_id, terminal_id,"
    " shipment_id, at) FROM STDIN"
)
HOLDINGS = (
    "COPY custody_holding (brand_id, id, movement_id, lo, hi, dealer_id, terminal_id, shipment_id, since)"
    " FROM STDIN"
)
PARTS = "COPY custody_part (brand_id, id, pack_no, lo, hi, shipment_id) FROM STDIN"
Leg = tuple[Run, Party, Party]  # a run, who held it before, and who holds it now


def read_shipped(brand_id: int, texts: Sequence[str]) -> list[int]:
    """The code numbers of scanned texts of any level, all or nothing; raises `WrongCode` with the index.

    Reads the process's memory: call it before the transaction.
    """
    code_nos: list[int] = []
    for index, scanned in enumerate(texts):
        read = codes.read(brand_id, scanned)
        if read is None or read.canary:
            raise WrongCode(index=index)
        code_nos.append(read.code_no)
    return code_nos


def ship(
    session: Session,
    *,
    dealer_id: int,
    number: str,
    code_nos: Collection[int],
    at: datetime,
    by: int | None = None,
    reference: str | None = None,
) -> Shipped:
    """Record that goods left for a dealer; the same number with the same goods again changes nothing.

    ``code_nos`` may name units, cases and pallets; each counts at the level that was scanned. The brand may
    ship whatever it says it has, whoever held it, and report it late: ``at`` stands as given. Raises
    `channel.UnknownDealer`, `ShipmentNumberTaken` and `SupplyStopped`.
    """
    new = NewDocument("shipped", number, BRAND, Party(dealer_id), recorded_by=by, reference=reference)
    made = record_document(session, new, code_nos=list(code_nos), at=at)
    return Shipped(made.id, made.number, dealer_id, made.codes, made.at, made.repeated)


def record_document(session: Session, new: NewDocument, *, code_nos: Sequence[int], at: datetime) -> Document:
    """Record that goods went from one party to another; the same document again changes nothing.

    But for shipments of the brand, the sender must hold every code, and all that was taken out of it. Raises
    `channel.UnknownDealer`, `channel.UnknownTerminal`, `PartiesDoNotFit`, `ShipmentNumberTaken`, `SupplyStopped`
    and `NotHeld`.
    """
    if not fits(new.kind, new.sender, new.receiver):
        raise PartiesDoNotFit
    require_receiver(session, new.receiver)
    moved = set(code_nos)
    late = new.kind == "shipped"
    turn = take_turn(session, at)
    document, fresh = insert_document(session, new, codes=len(moved), at=at if late else turn)
    if not fresh:
        return same_again(session, document, new, runs_of(moved))
    require_supply(session, new, at=at)
    legs, parts = _look(session, new, code_nos, moved)
    note_parts(session, document, parts)
    move(session, document, legs)
    return document


def require_receiver(session: Session, receiver: Party) -> None:
    """That the receiver is still there; raises `channel.UnknownDealer` or `channel.UnknownTerminal`."""
    if receiver.terminal_id is not None:
        channel.get_terminal(session, receiver.terminal_id)
    elif receiver.dealer_id is not None:
        channel.get_dealer(session, receiver.dealer_id)


def take_turn(session: Session, at: datetime) -> datetime:
    """Hold the brand's desk until the commit; the time for a document that is younger than all before it."""
    turn: datetime = session.execute(TAKE_TURN, {"brand_id": session.info["brand_id"], "at": at}).scalar_one()
    return turn


def insert_document(session: Session, new: NewDocument, *, codes: int, at: datetime) -> tuple[Document, bool]:
    """The document as written, or the one that stands under its number or for its subject, and False."""
    row = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "kind": new.kind,
        "number": new.number,
        "reference": new.reference,
        "from_dealer_id": new.sender.dealer_id,
        "from_terminal_id": new.sender.terminal_id,
        "dealer_id": new.receiver.dealer_id,
        "terminal_id": new.receiver.terminal_id,
        "codes": codes,
        "of_id": new.of_id,
        "recorded_by": new.recorded_by,
        "made_at": new.made_at,
        "shipped_at": at,
    }
    statement = insert_or_skip(Shipment).values(row).on_conflict_do_nothing().returning(Shipment)
    written = session.scalar(statement)
    if written is not None:
        return as_document(written), True
    known = shipment_by_number(session, new.number)
    if known is None:
        raise ShipmentNumberTaken(number=new.number)
    return as_document(known, repeated=True), False


def same_again(session: Session, known: Document, new: NewDocument, runs: list[Run]) -> Document:
    """The recorded document, when it is the same one; raises `ShipmentNumberTaken`."""
    same = known.kind == new.kind and known.of_id == new.of_id
    same_way = known.sender.is_same_as(new.sender) and known.receiver.is_same_as(new.receiver)
    if not same or not same_way or goods_of(session, known.id) != runs:
        raise ShipmentNumberTaken(number=new.number)
    return known


def _look(
    session: Session, new: NewDocument, code_nos: Sequence[int], moved: Collection[int]
) -> tuple[list[Leg], list[tuple[int, Run]]]:
    """The runs to move by who held them, and the parts that leave their packs; raises `NotHeld`."""
    places = list(places_of(session, list(moved)))
    if new.kind != "shipped":
        refused = judge(new.sender, places, _parts_inside(session, list(moved)))
        if refused:
            raise _not_held(refused, code_nos)
    held: dict[Party, list[int]] = {}
    for place in places:
        held.setdefault(place.held_by, []).append(place.code_no)
    legs = [(run, party, new.receiver) for party, those in held.items() for run in in_pieces(runs_of(those))]
    return legs, taken_apart(places, moved)


def _parts_inside(session: Session, code_nos: Sequence[int]) -> Mapping[int, Sequence[Place]]:
    parts = parts_of(session, code_nos)
    places = {place.code_no: place for place in places_of(session, list(set().union(*parts.values())))}
    return {pack_no: [places[part] for part in inside] for pack_no, inside in parts.items()}


def _not_held(refused: Refused, code_nos: Sequence[int]) -> NotHeld:
    first = {code_no: index for index, code_no in reversed(list(enumerate(code_nos)))}
    named = sorted(
        (first[code_no], reason)
        for reason, those in (("elsewhere", refused.elsewhere), ("apart", refused.apart))
        for code_no in those
    )
    shown = [{"index": index, "reason": reason} for index, reason in named[:MOST_NAMED]]
    return NotHeld(index=named[0][0], refused=shown, more=len(named) - len(shown))


def note_parts(session: Session, document: Document, parts: Iterable[tuple[int, Run]]) -> None:
    copy_rows(session, PARTS, ((new_id(), pack, run.lo, run.hi, document.id) for pack, run in parts))


def move(session: Session, document: Document, legs: Iterable[Leg]) -> None:
    """Append the movements and rewrite the holdings they touch; the caller holds the desk.

    Of a pack and its contents in one document the later leg wins.
    """
    made = [(new_id(), leg) for leg in legs]
    copy_rows(session, MOVEMENTS, ((movement_id, *movement_row(document, *leg)) for movement_id, leg in made))
    _hold(session, [_held(document, movement_id, *leg) for movement_id, leg in made])


def _held(document: Document, movement_id: int, run: Run, _: Party, receiver: Party) -> Held:
    return Held(
        run.lo,
        run.hi,
        receiver.dealer_id,
        document.id,
        movement_id,
        document.at,
        terminal_id=receiver.terminal_id,
    )


def movement_row(document: Document, run: Run, sender: Party, receiver: Party) -> tuple[Any, ...]:
    """The columns of `MOVEMENTS` after the id."""
    ids = (sender.dealer_id, sender.terminal_id, receiver.dealer_id, receiver.terminal_id)
    return document.kind, run.lo, run.hi, *ids, document.id, document.at


def _hold(session: Session, arrived: Sequence[Held]) -> None:
    """Make the arrived ranges part of who holds what: the youngest movement of each code stays."""
    before = holdings_touching(session, [Run(held.lo, held.hi) for held in arrived])
    after = settle([*before, *arrived])
    kept = {held.row_id for held in after if held.row_id is not None}
    gone = [held.row_id for held in before if held.row_id not in kept]
    session.execute(delete(Holding).where(Holding.id.in_(gone)))
    copy_rows(session, HOLDINGS, (_holding(held) for held in after if held.row_id is None))


def _holding(held: Held) -> tuple[Any, ...]:
    return (
        new_id(),
        held.movement_id,
        held.lo,
        held.hi,
        held.dealer_id,
        held.terminal_id,
        held.shipment_id,
        held.since,
    )


def copy_rows(session: Session, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """A document may be thousands of scattered cases: COPY keeps the desk's lock short.

    The rows are made before it begins: while it is open, a statement's time runs.
    """
    brand_id = session.info["brand_id"]
    ready = [(brand_id, *row) for row in rows]
    with raw(session).cursor() as cursor, cursor.copy(statement) as copy:
        for row in ready:
            copy.write_row(row)
