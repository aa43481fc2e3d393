"""Shipments and opened cases."""

import itertools
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app import channel, custody
from tests.builders.channel import a_dealer, a_terminal, an_owner

AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
_serials = itertools.count(1)


def a_shipment(
    session: Session,
    code_nos: Collection[int],
    *,
    dealer: channel.Dealer | None = None,
    number: str | None = None,
    at: datetime = AT,
) -> custody.Shipped:
    return custody.ship(
        session,
        dealer_id=(dealer or a_dealer(session)).id,
        number=number or f"FH{next(_serials):06}",
        code_nos=code_nos,
        at=at,
    )


def an_opened_case(
    session: Session,
    case_no: int,
    *,
    terminal: channel.Terminal | None = None,
    person_id: int | None = None,
    at: datetime = AT,
) -> custody.Opening:
    terminal = terminal or a_terminal(session)
    person_id = person_id or an_owner(session, terminal)
    return custody.open_case(session, code_no=case_no, terminal_id=terminal.id, person_id=person_id, at=at)


def a_document(
    session: Session,
    code_nos: Sequence[int],
    *,
    kind: custody.Kind,
    sender: custody.Party,
    receiver: custody.Party = custody.BRAND,
    number: str | None = None,
    by=1,
    at: datetime = AT,
) -> custody.Document:
    number = number or f"D{next(_serials):06}"
    new = custody.NewDocument(kind, number, sender, receiver, recorded_by=by)
    return custody.record_document(session, new, code_nos=code_nos, at=at)


def a_receipt(
    session: Session,
    of: custody.Document,
    code_nos: Sequence[int] = (),
    *,
    number: str | None = None,
    receiver: custody.Party | None = None,
    at: datetime = AT,
) -> custody.Document:
    number, receiver = number or f"R{next(_serials):06}", receiver or of.receiver
    return custody.receive(session, of=of, receiver=receiver, number=number, code_nos=code_nos, by=1, at=at)


def party_of(one: channel.Dealer | channel.Terminal) -> custody.Party:
    """A dealer or a terminal as somebody who may hold goods."""
    return custody.Party(one.id) if isinstance(one, channel.Dealer) else custody.Party(one.dealer_id, one.id)
