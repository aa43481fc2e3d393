"""Documents of every kind, and the goods they name."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, or_, select, text
from sqlalchemy.orm import Session

from app import codes
from app.custody.errors import UnknownDocument
from app.custody.models import Discrepancy, Movement, Part, Shipment
from app.custody.rules import Document, Party, Run, joined
from app.kit.paging import Page, page


def as_document(row: Shipment, *, repeated: bool = False) -> Document:
    return Document(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type]  # the table checks it
        number=row.number,
        reference=row.reference,
        sender=Party(row.from_dealer_id, row.from_terminal_id),
        receiver=Party(row.dealer_id, row.terminal_id),
        codes=row.codes,
        of_id=row.of_id,
        recorded_by=row.recorded_by,
        made_at=row.made_at,
        at=row.shipped_at,
        repeated=repeated,
    )


def document(session: Session, document_id: int) -> Document:
    """A document by its id; raises `UnknownDocument`."""
    row = session.scalar(select(Shipment).where(Shipment.id == document_id))
    if row is None:
        raise UnknownDocument
    return as_document(row)


def shipment_by_number(session: Session, number: str) -> Shipment | None:
    return session.scalar(select(Shipment).where(Shipment.number == number))


def document_about(session: Session, document_id: int, kind: str) -> Document | None:
    """The one that confirms ("received") or takes back ("reversed") a document, if there is one."""
    row = session.scalar(select(Shipment).where(Shipment.of_id == document_id, Shipment.kind == kind))
    return as_document(row) if row else None


def documents_about(session: Session, document_ids: Collection[int]) -> dict[tuple[int, str], Document]:
    """The receipts and reversals of documents, by the document and the kind of what follows it."""
    rows = session.scalars(select(Shipment).where(Shipment.of_id.in_(document_ids)))
    follow = [as_document(row) for row in rows]
    return {(made.of_id, made.kind): made for made in follow if made.of_id is not None}


def documents_of(parties: Collection[Party] | None) -> Select[Shipment]:
    """The documents that name one of the parties as sender or receiver; all of them for None."""
    if parties is None:
        return select(Shipment)
    return select(Shipment).where(or_(*(_names(party) for party in parties)) if parties else text("false"))


def _names(party: Party) -> ColumnElement[bool]:
    if party.kind == "terminal":
        return or_(Shipment.terminal_id == party.id, Shipment.from_terminal_id == party.id)
    return or_(Shipment.dealer_id == party.id, Shipment.from_dealer_id == party.id)


def document_page(
    session: Session, statement: Select[Shipment], *, cursor: str | None, limit: int
) -> Page[Document]:
    """Documents, newest first."""
    found = page(session, statement, Shipment.id, cursor=cursor, limit=limit)
    return Page([as_document(row) for row in found.items], found.next_cursor)


def runs_of_shipment(session: Session, shipment_id: int) -> list[Run]:
    """What a document moved, or a receipt confirmed."""
    statement = select(Movement.lo, Movement.hi).where(Movement.shipment_id == shipment_id)
    return joined(Run(lo, hi) for lo, hi in session.execute(statement))


def goods_of(session: Session, shipment_id: int) -> list[Run]:
    """All that a document named as it was scanned, with what a receipt found too much."""
    surplus = discrepancies_of(session, shipment_id, "surplus")
    return joined([*runs_of_shipment(session, shipment_id), *surplus])


def discrepancies_of(session: Session, shipment_id: int, kind: str) -> list[Run]:
    statement = select(Discrepancy.lo, Discrepancy.hi).where(
        Discrepancy.shipment_id == shipment_id, Discrepancy.kind == kind
    )
    return joined(Run(lo, hi) for lo, hi in session.execute(statement))


def movements_of(session: Session, shipment_id: int) -> Sequence[Movement]:
    return session.scalars(select(Movement).where(Movement.shipment_id == shipment_id).order_by(Movement.lo)).all()


def apart_since(session: Session, document: Document, code_nos: Sequence[int]) -> bool:
    """Whether something was moved out of the codes on its own after the document was recorded."""
    later = (
        select(Part.id)
        .join(Shipment, (Shipment.brand_id == Part.brand_id) & (Shipment.id == Part.shipment_id))
        .where(Part.pack_no.in_(code_nos), Shipment.shipped_at > document.at)
    )
    return session.scalar(later.limit(1)) is not None


def children_of(session: Session, code_nos: Collection[int]) -> dict[int, set[int]]:
    """What is packed directly in each of the codes."""
    return {
        code_no: {child for lo, hi in codes.children_of(session, code_no) for child in range(lo, hi)}
        for code_no in code_nos
    }
