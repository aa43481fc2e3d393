"""Reads of invitations, registrations and changes: who waits for whom, and who may see it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select, text
from sqlalchemy.orm import Session

from app.channel.errors import UnknownChange, UnknownInvitation, UnknownPhoto, UnknownRegistration
from app.channel.models import Change, Dealer, Invitation, Photo, Registration, Terminal
from app.channel.queries.places import phone_hash
from app.channel.rules import Named, Shop, box_around, is_serious, reasons_of

MOST_COMPARED = 5000
MOST_DUPLICATES = 20
NOWHERE = (1, 0, 1, 0)  # an empty box

# The shops of the county, of the phone and of the place; OR lets the planner join three indexes.
NEIGHBOURS = text(f"""
SELECT 'terminal', id, name, address, dealer_id, state, latitude_e6, longitude_e6, phone_hash
FROM channel_terminal WHERE brand_id = :brand_id AND (county = :county OR phone_hash = :phone_hash
  OR (latitude_e6 BETWEEN :south AND :north AND longitude_e6 BETWEEN :west AND :east))
UNION ALL
SELECT 'registration', id, name, address, dealer_id, state, latitude_e6, longitude_e6, phone_hash
FROM channel_registration WHERE brand_id = :brand_id AND county = :county AND state IN ('submitted', 'refused')
  AND id <> :id AND person_id <> :person_id
LIMIT {MOST_COMPARED}""")  # noqa: S608  # a constant of ours


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A shop, or the wish for one, that may be the same; ``reasons`` are phone, place and name."""

    kind: str
    id: int
    name: str
    address: str
    dealer: Named
    state: str
    reasons: tuple[str, ...]


def possible_duplicates(session: Session, registration: Registration) -> list[Duplicate]:
    """What speaks against a registration, the most serious first; shown to who decides, never merged."""
    asked = Shop(registration.name, registration.latitude_e6, registration.longitude_e6, registration.phone_hash)
    found = []
    for kind, shop_id, name, address, dealer_id, state, latitude, longitude, phone in session.execute(
        NEIGHBOURS, _around(session, registration)
    ):
        shop = Shop(name, latitude, longitude, bytes(phone) if phone is not None else None)
        reasons = reasons_of(asked, shop)
        if reasons:
            found.append((kind, shop_id, name, address, dealer_id, state, reasons))
    found.sort(key=lambda each: (not is_serious(each[6]), -len(each[6]), each[1]))
    return _named(session, found[:MOST_DUPLICATES])


def _around(session: Session, registration: Registration) -> dict[str, Any]:
    latitude, longitude = registration.latitude_e6, registration.longitude_e6
    box = NOWHERE if latitude is None or longitude is None else box_around(latitude, longitude)
    return {
        "brand_id": session.info["brand_id"],
        "id": registration.id,
        "person_id": registration.person_id,
        "county": registration.county,
        "phone_hash": registration.phone_hash,
        **dict(zip(("south", "north", "west", "east"), box, strict=True)),
    }


def _named(session: Session, found: list[tuple[Any, ...]]) -> list[Duplicate]:
    names = select(Dealer.id, Dealer.name).where(Dealer.id.in_({each[4] for each in found}))
    dealers = {dealer_id: Named(dealer_id, name) for dealer_id, name in session.execute(names)}
    return [
        Duplicate(kind, shop_id, name, address, dealers[dealer_id], state, reasons)
        for kind, shop_id, name, address, dealer_id, state, reasons in found
    ]


def registrations(*, state: str | None, dealers: Collection[int] | None) -> Select[Registration]:
    """Registrations in a state, of these dealers; None is any."""
    statement = select(Registration)
    if state is not None:
        statement = statement.where(Registration.state == state)
    return statement if dealers is None else statement.where(Registration.dealer_id.in_(dealers))


def get_registration(session: Session, registration_id: int, *, dealers: Collection[int] | None) -> Registration:
    """A registration with one of the dealers (None: any); raises `UnknownRegistration`."""
    statement = registrations(state=None, dealers=dealers).where(Registration.id == registration_id)
    found = session.scalar(statement)
    if found is None:
        raise UnknownRegistration
    return found


def open_registration(session: Session, person_id: int) -> Registration | None:
    """The wish of a person that waits or was refused."""
    open_states = Registration.state.in_(("submitted", "refused"))
    return session.scalar(select(Registration).where(Registration.person_id == person_id, open_states))


def registrations_of(session: Session, person_ids: Collection[int], *, limit: int) -> list[Registration]:
    """What a person asked for, the youngest first."""
    mine = select(Registration).where(Registration.person_id.in_(person_ids))
    return list(session.scalars(mine.order_by(Registration.id.desc()).limit(limit)))


def photos_of(session: Session, registration_id: int) -> list[Photo]:
    statement = select(Photo).where(Photo.registration_id == registration_id)
    return list(session.scalars(statement.order_by(Photo.kind, Photo.id)))


def invitation_of(session: Session, invitation_id: int) -> Invitation:
    """Raises `UnknownInvitation`."""
    found = session.scalar(select(Invitation).where(Invitation.id == invitation_id))
    if found is None:
        raise UnknownInvitation
    return found


def waiting_invitations(session: Session, phone: str, *, at: datetime, limit: int) -> list[Invitation]:
    """Invitations that wait for a number (eleven digits), the youngest first."""
    waiting = (
        select(Invitation)
        .where(Invitation.phone_hash == phone_hash(session, phone), Invitation.expires_at > at)
        .where(Invitation.revoked_at.is_(None), Invitation.uses < Invitation.max_uses)
    )
    return list(session.scalars(waiting.order_by(Invitation.id.desc()).limit(limit)))


def invitations(
    *, dealers: Collection[int] | None = None, salesmen_of: Collection[int] = ()
) -> Select[Invitation]:
    """Invitations that somebody made, not those of a case: all, or what people of these dealers may see.

    An invitation is as good as the role it gives: nobody sees one that they may not make.
    """
    statement = select(Invitation).where(Invitation.case_no.is_(None))
    if dealers is None:
        return statement
    of_dealer = and_(Invitation.dealer_id.in_(dealers), Invitation.role != "dealer")
    to_register = and_(
        Invitation.dealer_id.in_(salesmen_of), Invitation.role == "owner", Invitation.terminal_id.is_(None)
    )
    return statement.where(or_(of_dealer, to_register))


def names_of(
    session: Session, *, dealers: Collection[int] = (), terminals: Collection[int | None] = ()
) -> dict[int | None, Named]:
    """Names by id, of dealers and terminals alike: ids are unique across tables."""
    named = [
        *session.execute(select(Dealer.id, Dealer.name).where(Dealer.id.in_(dealers))),
        *session.execute(select(Terminal.id, Terminal.name).where(Terminal.id.in_(terminals))),
    ]
    return {each: Named(each, name) for each, name in named}


def changes(*, state: str | None, dealers: Collection[int] | None) -> Select[Change]:
    """Changes of shops in a state, from or to these dealers; None is any."""
    statement = select(Change)
    if state is not None:
        statement = statement.where(Change.state == state)
    if dealers is None:
        return statement
    return statement.where(or_(Change.from_dealer_id.in_(dealers), Change.to_dealer_id.in_(dealers)))


def get_photo(session: Session, photo_id: int, *, registration_id: int | None, person_id: int | None) -> Photo:
    """A photo of a registration, or one that a person sent; raises `UnknownPhoto`."""
    statement = select(Photo).where(Photo.id == photo_id)
    if registration_id is not None:
        statement = statement.where(Photo.registration_id == registration_id)
    if person_id is not None:
        statement = statement.where(Photo.person_id == person_id)
    found = session.scalar(statement)
    if found is None:
        raise UnknownPhoto
    return found


def get_change(session: Session, change_id: int) -> Change:
    """Raises `UnknownChange`."""
    found = session.scalar(select(Change).where(Change.id == change_id))
    if found is None:
        raise UnknownChange
    return found
