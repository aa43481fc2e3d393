"""Shipments and opened cases."""

import itertools
from collections.abc import Collection
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
