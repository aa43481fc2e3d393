"""What was so at a given time: authorised areas and suppliers, now and formerly."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import null, select
from sqlalchemy.orm import Session

from app.channel.models import Dealer, DealerArea, FormerArea, FormerSupplier, Terminal
from app.channel.rules import Named

MOST_FORMER = 100


@dataclass(frozen=True, slots=True)
class Supply:
    """A dealer supplied a shop from ``since`` until ``until``; None for the present one."""

    dealer: Named
    since: datetime
    until: datetime | None


def authorised_counties(session: Session, dealer_id: int, *, at: datetime) -> frozenset[str]:
    """The counties a dealer was authorised for at an instant, also one that is closed by now."""
    now = select(DealerArea.county).where(DealerArea.dealer_id == dealer_id, DealerArea.since <= at)
    formerly = select(FormerArea.county).where(
        FormerArea.dealer_id == dealer_id, FormerArea.since <= at, FormerArea.until > at
    )
    return frozenset((*session.scalars(now), *session.scalars(formerly)))


def authorised_dealer(session: Session, county: str, *, at: datetime) -> int | None:
    """The id of the dealer that was authorised for a county at an instant."""
    now = select(DealerArea.dealer_id).where(DealerArea.county == county, DealerArea.since <= at)
    formerly = select(FormerArea.dealer_id).where(
        FormerArea.county == county, FormerArea.since <= at, FormerArea.until > at
    )
    return session.scalar(now) or session.scalar(formerly)


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A county was a dealer's, ``since <= at < until``; ``until`` is None while it is."""

    dealer_id: int
    county: str
    since: datetime
    until: datetime | None


def authorisations(session: Session, brand_id: int) -> list[Authorisation]:
    """Every authorisation of a brand that there is or was, the house dealer's apart, which may sell anywhere."""
    house = select(Dealer.id).where(Dealer.brand_id == brand_id, Dealer.house)
    now, formerly = (
        select(table.dealer_id, table.county, table.since, until).where(
            table.brand_id == brand_id, table.dealer_id.not_in(house)
        )
        for table, until in ((DealerArea, null()), (FormerArea, FormerArea.until))
    )
    return [Authorisation(*row) for row in session.execute(now.union_all(formerly))]


@dataclass(frozen=True, slots=True)
class Area:
    """A dealer's county, since when; ``until`` is None while it is still its own."""

    county: str
    since: datetime
    until: datetime | None


def shops_ever_supplied(session: Session, dealer_id: int) -> list[int]:
    """The shops that a dealer supplies or has supplied, open or closed, in order."""
    now = session.scalars(select(Terminal.id).where(Terminal.dealer_id == dealer_id))
    formerly = session.scalars(select(FormerSupplier.terminal_id).where(FormerSupplier.dealer_id == dealer_id))
    return sorted({*now, *formerly})


def areas_of(session: Session, dealer_id: int) -> list[Area]:
    """The counties of a dealer, and the youngest hundred of those it had."""
    now = session.execute(
        select(DealerArea.county, DealerArea.since)
        .where(DealerArea.dealer_id == dealer_id)
        .order_by(DealerArea.county)
    )
    formerly = session.execute(
        select(FormerArea.county, FormerArea.since, FormerArea.until)
        .where(FormerArea.dealer_id == dealer_id)
        .order_by(FormerArea.until.desc())
        .limit(MOST_FORMER)
    )
    return [*(Area(county, since, None) for county, since in now), *(Area(*row) for row in formerly)]


def suppliers_of(session: Session, terminal: Terminal) -> list[Supply]:
    """Every dealer that supplies or supplied a shop, the present one first."""
    formerly = select(FormerSupplier).where(FormerSupplier.terminal_id == terminal.id)
    rows = session.scalars(formerly.order_by(FormerSupplier.until.desc())).all()
    ids = {terminal.dealer_id, *(row.dealer_id for row in rows)}
    named = session.execute(select(Dealer.id, Dealer.name).where(Dealer.id.in_(ids)))
    dealers = {dealer_id: Named(dealer_id, name) for dealer_id, name in named}
    now = Supply(dealers[terminal.dealer_id], terminal.supplied_since or terminal.created_at, None)
    return [now, *(Supply(dealers[row.dealer_id], row.since, row.until) for row in rows)]
