from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from app import identity
from app.channel.errors import TerminalNotChosen, UnknownDealer, UnknownTerminal
from app.channel.models import Dealer, DealerArea, Terminal
from app.channel.rules import (
    DEALER_ROLES,
    TERMINAL_ROLES,
    DealerFacts,
    Directory,
    Named,
    TerminalFacts,
    TerminalTable,
    degrees,
    pick_own,
)
from app.kit.cache import Versioned
from app.kit.database import raw
from app.kit.paging import Page, page

ACTIVE = "active"
SLICE = 5000


def get_dealer(session: Session, dealer_id: int) -> Dealer:
    """An active dealer; raises `UnknownDealer`."""
    dealer = session.scalar(select(Dealer).where(Dealer.id == dealer_id, Dealer.state == ACTIVE))
    if dealer is None:
        raise UnknownDealer
    return dealer


def house_dealer(session: Session) -> Dealer | None:
    """The brand's own dealer, who serves what nobody else does."""
    return session.scalar(select(Dealer).where(Dealer.house))


def serving_by_area(session: Session, county: str) -> Dealer | None:
    """The active dealer authorised for a county (six digits)."""
    statement = (
        select(Dealer)
        .join(DealerArea, (DealerArea.brand_id == Dealer.brand_id) & (DealerArea.dealer_id == Dealer.id))
        .where(DealerArea.county == county, Dealer.state == ACTIVE)
    )
    return session.scalar(statement)


def get_terminal(session: Session, terminal_id: int) -> Terminal:
    """An active terminal; raises `UnknownTerminal`."""
    terminal = session.scalar(select(Terminal).where(Terminal.id == terminal_id, Terminal.state == ACTIVE))
    if terminal is None:
        raise UnknownTerminal
    return terminal


def get_own_terminal(session: Session, actor: identity.Actor, terminal_id: int | None) -> Terminal:
    """The terminal an owner or clerk acts for; without an id the only one they have.

    Raises `UnknownTerminal` for a terminal that is not theirs and `TerminalNotChosen` when they have several.
    """
    owned = identity.scope_ids(actor, *TERMINAL_ROLES)
    chosen = pick_own(owned, terminal_id)
    if chosen is None and terminal_id is None and owned:
        raise TerminalNotChosen(terminals=[str(each) for each in sorted(owned)])
    if chosen is None:
        raise UnknownTerminal
    return get_terminal(session, chosen)


def own_terminals(actor: identity.Actor) -> Select[Terminal]:
    """The terminals an owner or clerk acts for."""
    owned = identity.scope_ids(actor, *TERMINAL_ROLES)
    return select(Terminal).where(Terminal.id.in_(owned), Terminal.state == ACTIVE)


def terminals_of_own_dealers(actor: identity.Actor) -> Select[Terminal]:
    """The terminals of the dealers that a dealer's person or salesman works for."""
    return select(Terminal).where(Terminal.dealer_id.in_(identity.scope_ids(actor, *DEALER_ROLES)))


def dealer_page(session: Session, *, cursor: str | None, limit: int) -> Page[DealerFacts]:
    """Dealers, newest first, each with its counties."""
    found = page(session, select(Dealer), Dealer.id, cursor=cursor, limit=limit)
    return Page(describe_dealers(session, found.items), found.next_cursor)


def describe_dealers(session: Session, dealers: Sequence[Dealer]) -> list[DealerFacts]:
    ids = [dealer.id for dealer in dealers]
    statement = select(DealerArea).where(DealerArea.dealer_id.in_(ids)).order_by(DealerArea.county)
    counties: dict[int, list[str]] = {dealer_id: [] for dealer_id in ids}
    for area in session.scalars(statement):
        counties[area.dealer_id].append(area.county)
    return [
        DealerFacts(dealer.id, dealer.name, dealer.house, dealer.state, counties[dealer.id]) for dealer in dealers
    ]


def terminal_page(
    session: Session, statement: Select[Terminal], *, cursor: str | None, limit: int
) -> Page[TerminalFacts]:
    """The terminals of a statement, newest first, each with the name of its dealer."""
    found = page(session, statement, Terminal.id, cursor=cursor, limit=limit)
    return Page(describe_terminals(session, found.items), found.next_cursor)


def describe_terminals(session: Session, terminals: Sequence[Terminal]) -> list[TerminalFacts]:
    named = select(Dealer.id, Dealer.name).where(Dealer.id.in_({each.dealer_id for each in terminals}))
    dealers = {dealer_id: Named(dealer_id, name) for dealer_id, name in session.execute(named)}
    return [_terminal_facts(terminal, dealers[terminal.dealer_id]) for terminal in terminals]


def _terminal_facts(terminal: Terminal, dealer: Named) -> TerminalFacts:
    return TerminalFacts(
        terminal.id,
        terminal.name,
        dealer,
        terminal.address,
        terminal.county,
        degrees(terminal.latitude_e6),
        degrees(terminal.longitude_e6),
        terminal.state,
    )


def require_scope(session: Session, *, scope_kind: str, scope_id: int) -> None:
    """That a role's terminal or dealer exists; raises `UnknownTerminal` or `UnknownDealer`."""
    if scope_kind == "terminal":
        get_terminal(session, scope_id)
    else:
        get_dealer(session, scope_id)


DEALERS = "SELECT id, name, house, state FROM channel_dealer WHERE brand_id = %s"
AREAS = "SELECT county, dealer_id FROM channel_dealer_area WHERE brand_id = %s"
TERMINALS = "SELECT id, dealer_id, name FROM channel_terminal WHERE brand_id = %s ORDER BY id"


def _load_directory(session: Session, brand_id: int) -> Directory:
    connection = raw(session)
    dealers = connection.execute(DEALERS, (brand_id,)).fetchall()
    active = {dealer_id for dealer_id, _, _, state in dealers if state == ACTIVE}
    areas = connection.execute(AREAS, (brand_id,)).fetchall()
    return Directory(
        house_dealer_id=next((dealer_id for dealer_id, _, house, _ in dealers if house), None),
        dealer_names={dealer_id: name for dealer_id, name, _, _ in dealers},
        county_dealers={county: dealer_id for county, dealer_id in areas if dealer_id in active},
        terminals=TerminalTable.of(_terminal_rows(connection, brand_id)),
    )


def _terminal_rows(connection: psycopg.Connection[Any], brand_id: int) -> Iterator[tuple[int, int, str]]:
    """Rows in slices, so that a hundred thousand terminals never stand in memory as Python objects."""
    cursor = connection.execute(TERMINALS, (brand_id,))
    while rows := cursor.fetchmany(SLICE):
        yield from rows


_directories = Versioned(_load_directory)


def directory(brand_id: int) -> Directory:
    """Names and connections of dealers and terminals, from memory; call it outside of transactions."""
    return _directories.get(brand_id)


NO_HOUSE = text(
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM channel_dealer WHERE brand_id = :brand_id)"
    " AND NOT EXISTS (SELECT 1 FROM channel_dealer WHERE brand_id = :brand_id AND house AND state = 'active')"
)


def check_invariants(session: Session) -> list[str]:
    """One sentence for each broken fact; an empty list is health."""
    missing = session.execute(NO_HOUSE, {"brand_id": session.info["brand_id"]}).first()
    return ["channel: there are dealers but no active house dealer"] if missing else []
