"""Who may hold goods, and who somebody acts for."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import channel, identity
from app.custody.rules import BRAND, Kind, Party

MOST_PARTNERS = 2000
DEALER_ROLES = ("dealer", "salesman")
TERMINAL_ROLES = ("owner", "clerk")


@dataclass(frozen=True, slots=True)
class Partner:
    id: int
    name: str


def terminal_party(session: Session, terminal_id: int) -> Party:
    """An active terminal with the dealer that supplies it; raises `channel.UnknownTerminal`."""
    terminal = channel.get_terminal(session, terminal_id)
    return Party(terminal.dealer_id, terminal.id)


def own_dealers(actor: identity.Actor) -> tuple[Party, ...]:
    return tuple(Party(dealer_id) for dealer_id in identity.scope_ids(actor, *DEALER_ROLES))


def own_terminals(session: Session, actor: identity.Actor) -> tuple[Party, ...]:
    """The terminals an owner or clerk acts for, closed ones too: their past stays theirs."""
    mine = identity.scope_ids(actor, *TERMINAL_ROLES)
    statement = select(channel.Terminal.dealer_id, channel.Terminal.id).where(channel.Terminal.id.in_(mine))
    return tuple(Party(dealer_id, terminal_id) for dealer_id, terminal_id in session.execute(statement))


def sender_of(session: Session, *, from_dealer_id: int | None, from_terminal_id: int | None) -> Party:
    """The sender that somebody named; without a name it is the brand. Raises `channel.UnknownTerminal`."""
    if from_terminal_id is not None:
        return terminal_party(session, from_terminal_id)
    return Party(from_dealer_id)


def dealer_sender(
    session: Session, actor: identity.Actor, *, from_dealer_id: int | None, from_terminal_id: int | None
) -> Party:
    """A dealer's people move the dealer's goods, and take back those of its terminals.

    Raises `channel.UnknownDealer` and `channel.UnknownTerminal` for what is not theirs.
    """
    own = identity.scope_ids(actor, *DEALER_ROLES)
    if from_terminal_id is not None:
        party = terminal_party(session, from_terminal_id)
        if party.dealer_id not in own:
            raise channel.UnknownTerminal
        return party
    if from_dealer_id is None and len(own) == 1:
        return Party(own[0])
    if from_dealer_id not in own:
        raise channel.UnknownDealer
    return Party(from_dealer_id)


def receiver_of(
    session: Session, kind: Kind, sender: Party, *, dealer_id: int | None, terminal_id: int | None
) -> Party:
    """The receiver that somebody named; a terminal returns to its dealer, a dealer to the brand.

    Raises `channel.UnknownTerminal`.
    """
    if terminal_id is not None:
        return terminal_party(session, terminal_id)
    if dealer_id is not None:
        return Party(dealer_id)
    return Party(sender.dealer_id) if kind == "returned" and sender.kind == "terminal" else BRAND


def partner_dealers(session: Session) -> list[Partner]:
    """The active dealers by name."""
    statement = select(channel.Dealer.id, channel.Dealer.name).where(channel.Dealer.state == "active")
    ordered = statement.order_by(channel.Dealer.name).limit(MOST_PARTNERS)
    return [Partner(*row) for row in session.execute(ordered)]


def partner_terminals(session: Session, dealer_ids: tuple[int, ...]) -> list[Partner]:
    """The active terminals of these dealers by name."""
    statement = select(channel.Terminal.id, channel.Terminal.name).where(
        channel.Terminal.state == "active", channel.Terminal.dealer_id.in_(dealer_ids)
    )
    ordered = statement.order_by(channel.Terminal.name).limit(MOST_PARTNERS)
    return [Partner(*row) for row in session.execute(ordered)]
