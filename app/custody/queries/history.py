"""How goods came where they are: of one code in one statement, of all codes as a stream of movements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import codes
from app.custody.models import Movement, Shipment
from app.custody.queries.lineage import DEEPEST
from app.custody.rules import LONGEST_RUN, Party
from app.kit.database import raw

# What covers a code begins less than LONGEST_RUN below it; the longer runs of earlier releases have an index of
# their own. Each step of the path is a row even when nothing moved it.
HISTORY = f"""
WITH RECURSIVE path (level_index, code_no) AS (
    SELECT 0, %(code_no)s::bigint
  UNION ALL
    SELECT path.level_index + 1, pack.code_no
    FROM path CROSS JOIN LATERAL (SELECT {codes.parent_sql("path.code_no")} AS code_no OFFSET 0) pack
    WHERE pack.code_no IS NOT NULL AND path.level_index < {DEEPEST}
)
SELECT path.code_no, moved.id, moved.kind, moved.at, moved.from_dealer_id, moved.from_terminal_id,
    moved.dealer_id, moved.terminal_id, document.id, document.number, document.reference,
    opened.terminal_id, opened.terminal_dealer_id, opened.opened_at
FROM path
LEFT JOIN LATERAL (
    SELECT * FROM custody_movement
    WHERE brand_id = %(brand_id)s AND lo > path.code_no - {LONGEST_RUN} AND lo <= path.code_no
        AND path.code_no < hi AND hi - lo <= {LONGEST_RUN}
    UNION ALL
    SELECT * FROM custody_movement
    WHERE brand_id = %(brand_id)s AND lo <= path.code_no AND path.code_no < hi AND hi - lo > {LONGEST_RUN}
) moved ON true
LEFT JOIN custody_shipment document ON document.brand_id = %(brand_id)s AND document.id = moved.shipment_id
LEFT JOIN custody_opening opened ON opened.brand_id = %(brand_id)s AND opened.case_no = path.code_no
ORDER BY path.level_index, moved.at, moved.id"""  # noqa: S608  # the inserted parts are ours


@dataclass(frozen=True, slots=True)
class Leg:
    """One movement of a code or of a pack around it, under the document that records it.

    A receipt ("received") confirms the document before and moves nothing.
    """

    movement_id: int
    kind: str
    code_no: int
    sender: Party
    receiver: Party
    document_id: int
    number: str
    reference: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """The terminal that opened a case, with its dealer at that time."""

    case_no: int
    party: Party
    at: datetime


@dataclass(frozen=True, slots=True)
class Way:
    """A code and its packs from the inside out, all that moved them, oldest first, and their openings."""

    path: tuple[int, ...]
    legs: tuple[Leg, ...]
    openings: tuple[Opened, ...]

    @property
    def holder(self) -> Party | None:
        """By the youngest movement of the code and its packs; None when nothing moved them."""
        moves = [leg for leg in self.legs if leg.kind != "received"]
        return moves[-1].receiver if moves else None


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement of codes ``lo <= code_no < hi`` as it is stored; the brand is a party without ids."""

    id: int
    kind: str
    lo: int
    hi: int
    sender: Party
    receiver: Party
    document_id: int
    number: str
    reference: str | None
    at: datetime


def history(session: Session, code_no: int) -> Way:
    """Who holds a code of the session's brand and how it got there, in one statement."""
    bound = {"brand_id": session.info["brand_id"], "code_no": code_no}
    rows = raw(session).execute(HISTORY, bound).fetchall()
    legs = sorted((_leg(row) for row in rows if row[1] is not None), key=lambda leg: (leg.at, leg.movement_id))
    openings = {row[0]: Opened(row[0], Party(row[12], row[11]), row[13]) for row in rows if row[11] is not None}
    return Way(tuple(dict.fromkeys(row[0] for row in rows)), tuple(legs), tuple(openings.values()))


def _leg(row: Sequence[Any]) -> Leg:
    code_no, movement_id, kind, at, *ids, document_id, number, reference = row[:11]
    sender, receiver = Party(*ids[:2]), Party(*ids[2:])
    return Leg(movement_id, kind, code_no, sender, receiver, document_id, number, reference, at)


def movements(session: Session, *, after: int | None = None, limit: int = 1000) -> list[Moved]:
    """Up to ``limit`` movements of every kind, by ascending id, those above ``after`` only.

    Ids are made when a movement is written, under the lock of the brand's desk.
    """
    statement = (
        select(Movement, Shipment)
        .join(Shipment, (Shipment.brand_id == Movement.brand_id) & (Shipment.id == Movement.shipment_id))
        .where(Movement.id > (after or 0))
        .order_by(Movement.id)
        .limit(limit)
    )
    return [_moved(moved, document) for moved, document in session.execute(statement)]


def _moved(row: Movement, document: Shipment) -> Moved:
    return Moved(
        id=row.id,
        kind=row.kind,
        lo=row.lo,
        hi=row.hi,
        sender=Party(row.from_dealer_id, row.from_terminal_id),
        receiver=Party(row.dealer_id, row.terminal_id),
        document_id=row.shipment_id,
        number=document.number,
        reference=document.reference,
        at=row.at,
    )
