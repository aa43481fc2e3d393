from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app import channel, codes
from app.custody.errors import AlreadyOpened, NotACase, ShipmentNumberTaken, WrongCode
from app.custody.models import Holding, OpeningRow, Shipment
from app.custody.queries import (
    holdings_touching,
    lineage,
    opening_of,
    runs_of_shipment,
    shipment_by_number,
)
from app.custody.rules import Held, Opening, Run, Seen, Shipped, is_foreign, runs_of, settle
from app.kit.database import Scope, raw
from app.kit.ids import new_id

CASE = "case"
REFUSALS = {
    codes.CodeState.INACTIVE: codes.InactiveCode,
    codes.CodeState.FROZEN: codes.FrozenCode,
    codes.CodeState.VOID: codes.VoidCode,
}
TAKE_TURN = text(
    "INSERT INTO custody_desk (brand_id, id, turns) VALUES (:brand_id, 1, 1)"
    " ON CONFLICT (brand_id, id) DO UPDATE SET turns = custody_desk.turns + 1"
)
MOVEMENTS = "COPY custody_movement (brand_id, id, kind, lo, hi, dealer_id, shipment_id, at) FROM STDIN"
HOLDINGS = "COPY custody_holding (brand_id, id, movement_id, lo, hi, dealer_id, shipment_id, since) FROM STDIN"
NOTE = """
INSERT INTO custody_sighting
    (brand_id, id, code_no, kind, person_id, device, address_hash, county, latitude_e6, longitude_e6, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""


def read_shipped(brand_id: int, texts: Sequence[str]) -> list[int]:
    """The code numbers of scanned texts of any level, all or nothing; raises `WrongCode` with the index.

    Reads the process's memory: call it before the transaction.
    """
    code_nos: list[int] = []
    for index, scanned in enumerate(texts):
        read = codes.read(brand_id, scanned)
        if read is None:
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
) -> Shipped:
    """Record that goods left for a dealer; the same number with the same goods again changes nothing.

    ``code_nos`` may name units, cases and pallets; each counts at the level that was scanned. Raises
    `channel.UnknownDealer` and `ShipmentNumberTaken`.
    """
    channel.get_dealer(session, dealer_id)
    runs, count = runs_of(code_nos), len(set(code_nos))
    shipment = Shipped(new_id(), number, dealer_id, count, at, repeated=False)
    if not _insert_shipment(session, shipment):
        return _repeat(session, number, dealer_id, runs)
    _move(session, shipment, runs)
    return shipment


def _insert_shipment(session: Session, shipment: Shipped) -> bool:
    """False when the number is in use; a rival that is writing it right now is waited for."""
    row = {
        "brand_id": session.info["brand_id"],
        "id": shipment.id,
        "number": shipment.number,
        "dealer_id": shipment.dealer_id,
        "codes": shipment.codes,
        "shipped_at": shipment.shipped_at,
    }
    statement = insert_or_skip(Shipment).values(row).on_conflict_do_nothing().returning(Shipment.id)
    return session.scalar(statement) is not None


def _repeat(session: Session, number: str, dealer_id: int, runs: list[Run]) -> Shipped:
    known = shipment_by_number(session, number)
    if known is None or known.dealer_id != dealer_id or runs_of_shipment(session, known.id) != runs:
        raise ShipmentNumberTaken(number=number)
    return Shipped(known.id, known.number, known.dealer_id, known.codes, known.shipped_at, repeated=True)


def _move(session: Session, shipment: Shipped, runs: list[Run]) -> None:
    """Append the movements and rewrite the holdings they touch, under the lock of the brand's desk.

    The desk is a row and not an advisory lock: it is found by its brand wherever the brand's rows live.
    """
    session.execute(TAKE_TURN, {"brand_id": session.info["brand_id"]})
    arrived = [
        Held(run.lo, run.hi, shipment.dealer_id, shipment.id, new_id(), shipment.shipped_at) for run in runs
    ]
    _copy(session, MOVEMENTS, ((held.movement_id, "shipped", *_goods(held)) for held in arrived))
    before = holdings_touching(session, runs)
    _rewrite(session, before, settle([*before, *arrived]))


def _rewrite(session: Session, before: Iterable[Held], after: Iterable[Held]) -> None:
    kept = {held.row_id for held in after if held.row_id is not None}
    gone = [held.row_id for held in before if held.row_id not in kept]
    session.execute(delete(Holding).where(Holding.id.in_(gone)))
    fresh = (held for held in after if held.row_id is None)
    _copy(session, HOLDINGS, ((new_id(), held.movement_id, *_goods(held)) for held in fresh))


def _goods(held: Held) -> tuple[Any, ...]:
    return held.lo, held.hi, held.dealer_id, held.shipment_id, held.since


def _copy(session: Session, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """A shipment may be thousands of scattered cases: COPY keeps the desk's lock short."""
    brand_id = session.info["brand_id"]
    with raw(session).cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((brand_id, *row))


def read_case(brand_id: int, scanned: str) -> codes.CodeRead:
    """The case code in a scanned text; raises what keeps it from being opened. Call before the transaction.

    Raises `codes.UnknownCode`, `NotACase`, `codes.InactiveCode`, `codes.FrozenCode`, `codes.VoidCode`. The
    state may be a second old: opening a case pays nobody, and a claim looks again.
    """
    read = codes.read(brand_id, scanned)
    if read is None:
        raise codes.UnknownCode
    if read.batch.level != CASE:
        raise NotACase(level=read.batch.level)
    if read.state in REFUSALS:
        raise REFUSALS[read.state]
    return read


def open_case(session: Session, *, code_no: int, terminal_id: int, person_id: int, at: datetime) -> Opening:
    """Open a case for a terminal: the first one wins, and the same one may ask again (``repeated``).

    A terminal of another dealer than the holder's opens it too, marked ``foreign_opening``. Raises
    `NotACase`, `channel.UnknownTerminal` and `AlreadyOpened`, which does not say who.
    """
    case = codes.batch_of(session, code_no)
    if case is None or case.level != CASE:
        raise NotACase(level=case.level if case else None)
    terminal = channel.get_terminal(session, terminal_id)
    holder_id = lineage(session, code_no).dealer_id
    row = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "case_no": code_no,
        "terminal_id": terminal_id,
        "terminal_dealer_id": terminal.dealer_id,
        "dealer_id": holder_id,
        "opened_by": person_id,
        "opened_at": at,
        "foreign_opening": is_foreign(holder_id, terminal.dealer_id),
    }
    statement = insert_or_skip(OpeningRow).values(row).on_conflict_do_nothing().returning(OpeningRow.id)
    won = session.scalar(statement) is not None
    opened = _first_opening(session, code_no, terminal_id)
    return _as_value(opened, units=codes.count_children(session, code_no), repeated=not won)


def _first_opening(session: Session, case_no: int, terminal_id: int) -> OpeningRow:
    """The opening that stands; raises `AlreadyOpened` when it is another terminal's."""
    opened = opening_of(session, case_no)
    if opened is None:
        raise LookupError(case_no)
    if opened.terminal_id != terminal_id:
        raise AlreadyOpened(opened_at=opened.opened_at.isoformat())
    return opened


def _as_value(row: OpeningRow, *, units: int, repeated: bool) -> Opening:
    return Opening(
        row.case_no,
        row.terminal_id,
        row.terminal_dealer_id,
        row.dealer_id,
        row.opened_by,
        row.opened_at,
        row.foreign_opening,
        units,
        repeated,
    )


def note_sighting(session: Scope, seen: Seen, *, at: datetime) -> None:
    """Remember that a code was seen, with whatever is known of where and by whom."""
    raw(session).execute(NOTE, (session.info["brand_id"], new_id(), *astuple(seen), at))
