from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app.channel.errors import CountyTaken, HouseDealerExists, NameTaken
from app.channel.models import Dealer, DealerArea, Terminal
from app.channel.queries import get_dealer, house_dealer
from app.channel.rules import Place
from app.kit import cache
from app.kit.ids import new_id


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
    _authorise(session, dealer.id, counties)
    cache.bump(session, brand_id)
    return dealer


def _why_refused(session: Session, *, house: bool) -> NameTaken | HouseDealerExists:
    return HouseDealerExists() if house and house_dealer(session) else NameTaken()


def _authorise(session: Session, dealer_id: int, counties: Sequence[str]) -> None:
    """Give a dealer its counties; a county that another dealer has is refused."""
    if not counties:
        return
    brand_id = session.info["brand_id"]
    rows = [
        {"brand_id": brand_id, "id": new_id(), "dealer_id": dealer_id, "county": county}
        for county in sorted(set(counties))
    ]
    statement = insert_or_skip(DealerArea).values(rows).on_conflict_do_nothing().returning(DealerArea.county)
    refused = set(counties) - set(session.scalars(statement))
    if refused:
        raise CountyTaken(counties=sorted(refused))


def create_terminal(
    session: Session,
    *,
    dealer_id: int,
    name: str,
    county: str,
    address: str = "",
    place: Place | None = None,
    at: datetime,
) -> Terminal:
    """Add a shop under a dealer. Raises `UnknownDealer` and `NameTaken` (within the dealer)."""
    get_dealer(session, dealer_id)
    row = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "dealer_id": dealer_id,
        "name": name,
        "address": address,
        "county": county,
        "latitude_e6": place.latitude_e6 if place else None,
        "longitude_e6": place.longitude_e6 if place else None,
        "created_at": at,
    }
    statement = insert_or_skip(Terminal).values(row).on_conflict_do_nothing().returning(Terminal)
    terminal = session.scalar(statement)
    if terminal is None:
        raise NameTaken
    cache.bump(session, row["brand_id"])
    return terminal
