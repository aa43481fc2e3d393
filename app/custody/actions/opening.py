"""The opening of cases, and where codes were seen."""

from dataclasses import astuple
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app import channel, codes
from app.custody.errors import AlreadyOpened, NotACase
from app.custody.models import OpeningRow
from app.custody.queries import lineage, opening_of
from app.custody.rules import Opening, Seen, is_foreign
from app.kit.database import Scope, raw
from app.kit.ids import new_id

CASE = "case"
REFUSALS = {
    codes.CodeState.INACTIVE: codes.InactiveCode,
    codes.CodeState.FROZEN: codes.FrozenCode,
    codes.CodeState.VOID: codes.VoidCode,
}
NOTE = """
INSERT INTO custody_sighting
    (brand_id, id, code_no, kind, person_id, device, address_hash, county, latitude_e6, longitude_e6, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""


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
