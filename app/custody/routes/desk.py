"""What the audiences share: a document is recorded, received, taken back; a code is looked at."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import channel, codes, identity
from app.custody import errors, queries
from app.custody.actions import read_shipped, receive, record_document, reverse_document
from app.custody.routes import shown
from app.custody.rules import BRAND, Document, Kind, NewDocument, Party
from app.kit import clock
from app.kit.errors import TooManyRequests
from app.kit.http import brand_id, limiter
from app.kit.limits import Limit
from app.kit.transaction import transaction

LOOKS = Limit("custody.look", "600/minute")
RECORD_ERRORS = (
    errors.WrongCode,
    errors.ShipmentNumberTaken,
    errors.PartiesDoNotFit,
    errors.SupplyStopped,
    errors.NotHeld,
    channel.UnknownDealer,
    channel.UnknownTerminal,
)
RECEIVE_ERRORS = (
    errors.WrongCode,
    errors.UnknownDocument,
    errors.AlreadyReceived,
    errors.AlreadyReversed,
    errors.ShipmentNumberTaken,
    errors.TooManyHalves,
)
REVERSE_ERRORS = (errors.UnknownDocument, errors.NotReversible, errors.MovedSince)
LOOK_ERRORS = (codes.UnknownCode, TooManyRequests)


def record(
    sender_of: Callable[[Session], Party],
    *,
    kind: Kind,
    number: str,
    codes: Sequence[str],
    dealer_id: int | None,
    terminal_id: int | None,
    reference: str | None,
    made_at: datetime | None = None,
) -> dict[str, Any]:
    """Record a document of moved goods for the caller; ``sender_of`` says whose goods the caller may move."""
    actor, at = identity.current_actor(), clock.now()
    code_nos, names = read_shipped(brand_id(), codes), channel.directory(brand_id())
    with transaction(brand_id()) as session:
        sender = sender_of(session)
        receiver = queries.receiver_of(session, kind, sender, dealer_id=dealer_id, terminal_id=terminal_id)
        new = NewDocument(kind, number, sender, receiver, actor.person_id, reference, made_at)
        made = record_document(session, new, code_nos=code_nos, at=at)
        audit(session, actor, made, at)
    return shown.document(names, made)


def audit(session: Session, actor: identity.Actor, made: Document, at: datetime) -> None:
    """Staff and other systems leave an entry; what dealers and shops do is signed in the document itself."""
    if made.repeated or actor.audience not in {"console", "open"}:
        return
    after = {"number": made.number, "codes": made.codes, "dealer_id": str(made.receiver.dealer_id or "")}
    identity.record(
        session,
        actor=actor,
        action=f"custody.goods_{made.kind}",
        subject=f"shipment:{made.id}",
        before=None,
        after=after,
        at=at,
    )


def confirm(
    document_of: Callable[[Session], Document],
    parties_of: Callable[[Session], Collection[Party] | None],
    *,
    codes: Sequence[str],
    number: str,
    reference: str | None,
    made_at: datetime | None = None,
) -> dict[str, Any]:
    """Record a receipt by one of the caller's parties (None: by any), and say what is missing or too much."""
    actor, at = identity.current_actor(), clock.now()
    code_nos, names = read_shipped(brand_id(), codes), channel.directory(brand_id())
    with transaction(brand_id()) as session:
        sent = document_of(session)
        made = receive(
            session,
            of=sent,
            receiver=_own(sent.receiver, parties_of(session)),
            number=number,
            code_nos=code_nos,
            by=actor.person_id,
            at=at,
            reference=reference,
            made_at=made_at,
        )
        audit(session, actor, made, at)
        found = shown.detail(session, names, made)
    return shown.with_texts(found)


def _own(receiver: Party, parties: Collection[Party] | None) -> Party:
    if parties is not None and not any(receiver.is_same_as(own) for own in parties):
        raise errors.UnknownDocument
    return receiver


def take_back(document_id: int, parties_of: Callable[[Session], Collection[Party] | None]) -> dict[str, Any]:
    """Take a document back for the person who recorded it."""
    actor, at = identity.current_actor(), clock.now()
    names = channel.directory(brand_id())
    with transaction(brand_id()) as session:
        require_own(queries.document(session, document_id), parties_of(session))
        made = reverse_document(session, document_id=document_id, by=actor.person_id, at=at)
        audit(session, actor, made, at)
    return shown.document(names, made)


def require_own(made: Document, parties: Collection[Party] | None) -> Document:
    """A document that names one of the parties; raises `UnknownDocument` as if there were no other."""
    mine = parties is None or any(side.is_same_as(own) for side in (made.sender, made.receiver) for own in parties)
    if not mine:
        raise errors.UnknownDocument
    return made


def list_documents(
    parties_of: Callable[[Session], Collection[Party] | None], *, cursor: str | None, limit: int
) -> dict[str, Any]:
    names = channel.directory(brand_id())
    with transaction(brand_id()) as session:
        statement = queries.documents_of(parties_of(session))
        found = queries.document_page(session, statement, cursor=cursor, limit=limit)
        return shown.page(session, names, found)


def show_document(document_id: int, parties_of: Callable[[Session], Collection[Party] | None]) -> dict[str, Any]:
    names = channel.directory(brand_id())
    with transaction(brand_id()) as session:
        made = require_own(queries.document(session, document_id), parties_of(session))
        found = shown.detail(session, names, made)
    return shown.with_texts(found)


def look_at(text: str, parties_of: Callable[[Session], Collection[Party] | None]) -> dict[str, Any]:
    """A code with what is in it; whether it is the caller's to move, and never whose it is instead."""
    read = _read(text)
    with transaction(brand_id()) as session:
        parties = parties_of(session)
        (place,) = queries.places_of(session, [read.code_no])
        mine = (BRAND,) if parties is None else parties
        held = not read.canary and any(place.held_by.is_same_as(own) for own in mine)
        inside = codes.count_children(session, read.code_no)
    return shown.goods(read, inside=inside, held=held)


def way_of(text: str, parties_of: Callable[[Session], Collection[Party] | None]) -> dict[str, Any]:
    """Who holds a code and how it got there, as far as it is the caller's to know."""
    read, names = _read(text), channel.directory(brand_id())
    with transaction(brand_id()) as session:
        parties = parties_of(session)
        found = queries.history(session, read.code_no)
    return shown.way(read, found, names, parties)


def _read(text: str) -> codes.CodeRead:
    limiter().require_locally(LOOKS, str(identity.current_actor().person_id))
    read = codes.read(brand_id(), text)
    if read is None:
        raise codes.UnknownCode
    return read
