from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, or_, select, text
from sqlalchemy.orm import Session

from app import identity, tenancy
from app.channel.errors import TerminalNotChosen, UnknownDealer, UnknownTerminal
from app.channel.models import Dealer, DealerArea, Terminal
from app.channel.rules import (
    TERMINAL_ROLES,
    DealerFacts,
    Named,
    Place,
    TerminalFacts,
    degrees,
    normal_phone,
    pick_own,
)
from app.kit import sealing
from app.kit.paging import Page, page

ACTIVE = "active"
NEARBY_E6 = 100_000  # 11 km in millionths of a degree of latitude


def get_dealer(session: Session, dealer_id: int) -> Dealer:
    """An active dealer; raises `UnknownDealer`."""
    dealer = session.scalar(select(Dealer).where(Dealer.id == dealer_id, Dealer.state == ACTIVE))
    if dealer is None:
        raise UnknownDealer
    return dealer


def any_dealer(session: Session, dealer_id: int) -> Dealer:
    """A dealer, open or closed; raises `UnknownDealer`."""
    dealer = session.scalar(select(Dealer).where(Dealer.id == dealer_id))
    if dealer is None:
        raise UnknownDealer
    return dealer


def any_terminal(session: Session, terminal_id: int, *, dealers: Collection[int] | None = None) -> Terminal:
    """A shop, open or closed, of one of the dealers (None: any); raises `UnknownTerminal`."""
    statement = select(Terminal).where(Terminal.id == terminal_id)
    if dealers is not None:
        statement = statement.where(Terminal.dealer_id.in_(dealers))
    terminal = session.scalar(statement)
    if terminal is None:
        raise UnknownTerminal
    return terminal


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


def phone_hash(session: Session, phone: str) -> bytes:
    """What finds a number (eleven digits) in this brand, and in no other."""
    key = tenancy.lookup_key(session.info["brand_id"])
    return sealing.keyed_hash(phone, key=key, context="channel.phone")


def terminals_near(session: Session, *, place: Place | None, county: str | None, limit: int) -> Sequence[Terminal]:
    """Open shops around a place, or of a county where there is none; the nearest are among them, in no order.

    Longitudes shrink with the latitude; China ends at 54°, where a degree is 0.6 of one at the equator.
    """
    statement = select(Terminal).where(Terminal.state == ACTIVE)
    if place is None:
        return session.scalars(statement.where(Terminal.county == county).limit(limit)).all()
    low, high = place.latitude_e6 - NEARBY_E6, place.latitude_e6 + NEARBY_E6
    west, east = place.longitude_e6 - 2 * NEARBY_E6, place.longitude_e6 + 2 * NEARBY_E6
    around = statement.where(Terminal.latitude_e6.between(low, high), Terminal.longitude_e6.between(west, east))
    near = func.abs(Terminal.latitude_e6 - place.latitude_e6) + func.abs(
        Terminal.longitude_e6 - place.longitude_e6
    )
    return session.scalars(around.order_by(near).limit(limit)).all()


def dealers_like(asked: str | None, state: str | None) -> Select[Dealer]:
    """Dealers whose name holds what was asked, or who are authorised for that county."""
    statement = select(Dealer)
    if state:
        statement = statement.where(Dealer.state == state)
    if asked:
        of_county = select(DealerArea.dealer_id).where(DealerArea.county == asked)
        statement = statement.where(or_(Dealer.name.icontains(asked, autoescape=True), Dealer.id.in_(of_county)))
    return statement


def terminals_like(
    session: Session, asked: str | None, *, dealer_id: int | None = None, state: str | None = None
) -> Select[Terminal]:
    """Shops by a part of their name, by their county, or by their whole phone number."""
    statement = select(Terminal)
    if dealer_id is not None:
        statement = statement.where(Terminal.dealer_id == dealer_id)
    if state:
        statement = statement.where(Terminal.state == state)
    phone = normal_phone(asked or "")
    if phone:
        return statement.where(Terminal.phone_hash == phone_hash(session, phone))
    if asked:
        named = Terminal.name.icontains(asked, autoescape=True)
        statement = statement.where(or_(named, Terminal.county == asked))
    return statement


def dealer_page(
    session: Session, *, q: str | None = None, state: str | None = None, cursor: str | None, limit: int
) -> Page[DealerFacts]:
    """Dealers, newest first, each with its counties."""
    found = page(session, dealers_like(q, state), Dealer.id, cursor=cursor, limit=limit)
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
        terminal.phone_masked,
        terminal.state,
    )


def terminals_after(session: Session, dealer_id: int, *, after: int, limit: int) -> list[TerminalFacts]:
    """Shops of a dealer, open or closed, by ascending id: for exports."""
    statement = select(Terminal).where(Terminal.dealer_id == dealer_id, Terminal.id > after)
    return describe_terminals(session, session.scalars(statement.order_by(Terminal.id).limit(limit)).all())


def require_scope(session: Session, *, scope_kind: str, scope_id: int) -> None:
    """That a role's terminal or dealer exists; raises `UnknownTerminal` or `UnknownDealer`."""
    if scope_kind == "terminal":
        get_terminal(session, scope_id)
    else:
        get_dealer(session, scope_id)


NO_HOUSE = text(
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM channel_dealer WHERE brand_id = :brand_id)"
    " AND NOT EXISTS (SELECT 1 FROM channel_dealer WHERE brand_id = :brand_id AND house AND state = 'active')"
)


MISCOUNTED = text("""
SELECT i.id FROM channel_invitation i WHERE i.brand_id = :brand_id AND i.uses <> (
  SELECT count(*) FROM channel_invitation_use u WHERE u.brand_id = :brand_id AND u.invitation_id = i.id)
ORDER BY i.id LIMIT 5""")
# A county is not one dealer's formerly while it is already another's.
OVERLAPS = text("""
SELECT a.county FROM channel_dealer_area a JOIN channel_former_area f
  ON f.brand_id = a.brand_id AND f.county = a.county AND f.until > a.since
WHERE a.brand_id = :brand_id ORDER BY a.county LIMIT 5""")


def check_invariants(session: Session) -> list[str]:
    """One sentence for each broken fact; an empty list is health."""
    bound = {"brand_id": session.info["brand_id"]}
    missing = session.execute(NO_HOUSE, bound).first()
    return [
        *(["channel: there are dealers but no active house dealer"] if missing else []),
        *(f"channel: invitation {each} is miscounted" for each in session.execute(MISCOUNTED, bound).scalars()),
        *(f"channel: county {each} had two dealers" for each in session.execute(OVERLAPS, bound).scalars()),
    ]
