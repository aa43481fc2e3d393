"""Dealers and shops: added, described, their counties given and taken."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.channel.actions.phones import of_terminal, sealed_phone
from app.channel.errors import (
    CountyTaken,
    DealerHasTerminals,
    HouseDealerExists,
    HouseDealerStays,
    NameTaken,
    UnknownDealer,
    UnknownTerminal,
)
from app.channel.models import Dealer, DealerArea, Terminal
from app.channel.queries import house_dealer
from app.channel.rules import Place
from app.kit import cache
from app.kit.ids import new_id

TAKE_AWAY = text(
    "WITH gone AS (DELETE FROM channel_dealer_area WHERE brand_id = :brand_id AND dealer_id = :dealer_id"
    " AND county = ANY(:counties) RETURNING id, county, since)"
    " INSERT INTO channel_former_area (brand_id, id, dealer_id, county, since, until)"
    " SELECT :brand_id, id, :dealer_id, county, least(since, :at), :at FROM gone RETURNING county"
)


@dataclass(frozen=True, slots=True)
class Changed:
    """What an edit found and what it left, for the audit log."""

    before: dict[str, Any]
    after: dict[str, Any]


def create_dealer(
    session: Session,
    *,
    name: str,
    counties: Sequence[str] = (),
    house: bool = False,
    at: datetime,
) -> Dealer:
    """Add a dealer with its counties. Raises `NameTaken`, `HouseDealerExists` and `CountyTaken`."""
    brand_id = session.info["brand_id"]
    row = {"brand_id": brand_id, "id": new_id(), "name": name, "house": house, "created_at": at}
    statement = insert_or_skip(Dealer).values(row).on_conflict_do_nothing().returning(Dealer)
    dealer = session.scalar(statement)
    if dealer is None:
        raise _why_refused(session, house=house)
    _authorise(session, dealer.id, counties, at=at)
    cache.bump(session, brand_id)
    return dealer


def _why_refused(session: Session, *, house: bool) -> NameTaken | HouseDealerExists:
    return HouseDealerExists() if house and house_dealer(session) else NameTaken()


def edit_dealer(
    session: Session, dealer_id: int, *, name: str | None, counties: Collection[str] | None, at: datetime
) -> Changed:
    """Rename a dealer and set its counties, what is None stays; counties taken away are remembered as former.

    Raises `UnknownDealer`, `NameTaken` and `CountyTaken`.
    """
    dealer = lock_dealer(session, dealer_id)
    held = sorted(session.scalars(select(DealerArea.county).where(DealerArea.dealer_id == dealer_id)))
    before = {"name": dealer.name, "counties": held}
    wanted = held if counties is None else sorted(set(counties))
    if name is not None and name != dealer.name:
        _rename(session, dealer, name)
    _take_away(session, dealer_id, sorted(set(held) - set(wanted)), at=at)
    _authorise(session, dealer_id, sorted(set(wanted) - set(held)), at=at)
    cache.bump(session, session.info["brand_id"])
    return Changed(before, {"name": name or before["name"], "counties": wanted})


def close_dealer(session: Session, dealer_id: int, *, at: datetime) -> None:
    """End a dealer that supplies no open shop any more; its counties become free.

    Raises `UnknownDealer`, `HouseDealerStays` and `DealerHasTerminals`.
    """
    dealer = lock_dealer(session, dealer_id)
    if dealer.house:
        raise HouseDealerStays
    open_shops = exists().where(Terminal.dealer_id == dealer_id, Terminal.state == "active")
    if session.scalar(select(open_shops)):
        raise DealerHasTerminals
    held = list(session.scalars(select(DealerArea.county).where(DealerArea.dealer_id == dealer_id)))
    _take_away(session, dealer_id, held, at=at)
    session.execute(update(Dealer).where(Dealer.id == dealer_id).values(state="closed"))
    cache.bump(session, session.info["brand_id"])


def reopen_dealer(session: Session, dealer_id: int) -> None:
    """Bring a closed dealer back, without counties. Raises `UnknownDealer` unless it was closed."""
    closed = update(Dealer).where(Dealer.id == dealer_id, Dealer.state == "closed").values(state="active")
    if session.execute(closed.returning(Dealer.id)).first() is None:
        raise UnknownDealer
    cache.bump(session, session.info["brand_id"])


def lock_dealer(session: Session, dealer_id: int) -> Dealer:
    """An active dealer that nobody changes, closes or gives a shop until the commit; raises `UnknownDealer`."""
    active = select(Dealer).where(Dealer.id == dealer_id, Dealer.state == "active")
    dealer = session.scalar(active.with_for_update())
    if dealer is None:
        raise UnknownDealer
    return dealer


def keep_open(session: Session, dealer_ids: Collection[int]) -> None:
    """Keep dealers from being closed until the commit, many at once; raises `UnknownDealer`."""
    active = select(Dealer.id).where(Dealer.id.in_(dealer_ids), Dealer.state == "active")
    found = session.scalars(active.order_by(Dealer.id).with_for_update(read=True)).all()
    if len(found) != len(set(dealer_ids)):
        raise UnknownDealer


def _authorise(session: Session, dealer_id: int, counties: Sequence[str], *, at: datetime) -> None:
    """Give a dealer its counties; a county that another dealer has is refused."""
    if not counties:
        return
    brand_id = session.info["brand_id"]
    rows = [
        {"brand_id": brand_id, "id": new_id(), "dealer_id": dealer_id, "county": county, "since": at}
        for county in sorted(set(counties))
    ]
    statement = insert_or_skip(DealerArea).values(rows).on_conflict_do_nothing().returning(DealerArea.county)
    refused = set(counties) - set(session.scalars(statement))
    if refused:
        raise CountyTaken(counties=sorted(refused))


def _take_away(session: Session, dealer_id: int, counties: Sequence[str], *, at: datetime) -> None:
    if counties:
        bound = {
            "brand_id": session.info["brand_id"],
            "dealer_id": dealer_id,
            "counties": list(counties),
            "at": at,
        }
        session.execute(TAKE_AWAY, bound)


def create_terminal(
    session: Session,
    *,
    dealer_id: int,
    name: str,
    county: str,
    address: str = "",
    place: Place | None = None,
    phone: str | None = None,
    at: datetime,
) -> Terminal:
    """Add a shop under a dealer. Raises `UnknownDealer` and `NameTaken` (within the dealer)."""
    keep_open(session, [dealer_id])
    terminal_id = new_id()
    row = {
        "brand_id": session.info["brand_id"],
        "id": terminal_id,
        "dealer_id": dealer_id,
        "name": name,
        "address": address,
        "county": county,
        "latitude_e6": place.latitude_e6 if place else None,
        "longitude_e6": place.longitude_e6 if place else None,
        "supplied_since": at,
        "created_at": at,
        **sealed_phone(session, phone, of_terminal(terminal_id)),
    }
    statement = insert_or_skip(Terminal).values(row).on_conflict_do_nothing().returning(Terminal)
    terminal = session.scalar(statement)
    if terminal is None:
        raise NameTaken
    cache.bump(session, row["brand_id"])
    return terminal


def edit_terminal(
    session: Session, terminal_id: int, *, place: Place | None, phone: str | None, **facts: str
) -> Changed:
    """Describe a shop anew, what is None or not named stays. Raises `UnknownTerminal` and `NameTaken`."""
    terminal = lock_terminal(session, terminal_id)
    before = {"name": terminal.name, "address": terminal.address, "county": terminal.county}
    name = facts.pop("name", terminal.name)
    if name != terminal.name:
        _rename(session, terminal, name)
    fresh: dict[str, Any] = dict(facts)
    if place:
        fresh |= {"latitude_e6": place.latitude_e6, "longitude_e6": place.longitude_e6}
    if phone:
        fresh |= sealed_phone(session, phone, of_terminal(terminal_id))
    for field, value in fresh.items():
        setattr(terminal, field, value)
    session.flush()
    cache.bump(session, session.info["brand_id"])
    after = {"name": name, "address": terminal.address, "county": terminal.county}
    return Changed(before, after | ({"phone": terminal.phone_masked} if phone else {}))


def lock_terminal(session: Session, terminal_id: int) -> Terminal:
    """A shop, open or closed, that nobody changes until the commit; raises `UnknownTerminal`."""
    terminal = session.scalar(select(Terminal).where(Terminal.id == terminal_id).with_for_update())
    if terminal is None:
        raise UnknownTerminal
    return terminal


def _rename(session: Session, row: Dealer | Terminal, name: str) -> None:
    """The unique key decides, also in a race; raises `NameTaken`."""
    row.name = name
    try:
        session.flush()
    except IntegrityError as error:
        raise NameTaken from error
