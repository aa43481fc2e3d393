"""Dealers, terminals and the people who work there."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app import channel, identity
from app.channel.actions import ShopFacts, accept_invitation, invite, keep_photo, submit_registration
from app.channel.models import Invitation, Registration
from app.channel.queries import get_registration
from app.kit import clock
from app.kit.ids import new_id

AT = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
COUNTY = "310101"
_serials = itertools.count(1)


def a_dealer(
    session: Session,
    *,
    name: str | None = None,
    counties: Sequence[str] = (),
    house=False,
    at: datetime = AT,
) -> channel.Dealer:
    name = name or f"第{next(_serials)}经销商"
    return channel.create_dealer(session, name=name, counties=counties, house=house, at=at)


def a_terminal(
    session: Session,
    *,
    dealer: channel.Dealer | None = None,
    name: str | None = None,
    county=COUNTY,
    address="南京东路1号",
    at: datetime = AT,
) -> channel.Terminal:
    return channel.create_terminal(
        session,
        dealer_id=(dealer or a_dealer(session)).id,
        name=name or f"便利店{next(_serials)}",
        county=county,
        address=address,
        at=at,
    )


def someone_with(session: Session, *grants: tuple[str, int], at: datetime = AT) -> int:
    """A person who holds the roles, given as ``(role, scope_id)``; their id."""
    person_id = identity.make_person(session, nickname=f"用户{next(_serials)}", at=at)
    for role, scope_id in grants:
        identity.grant_role(session, person_id=person_id, role=role, scope_id=scope_id, by=None, at=at)
    return person_id


def an_owner(session: Session, *terminals: channel.Terminal, role="owner") -> int:
    return someone_with(session, *((role, terminal.id) for terminal in terminals))


def an_actor(session: Session, person_id: int) -> identity.Actor:
    """The person as a signed-in actor, for verbs that take one."""
    roles = identity.roles_of(session, person_id)
    return identity.Actor(person_id, session.info["brand_id"], "consumer", session_id=1, roles=roles)


def bearer(session: Session, person_id: int, audience="consumer") -> dict[str, str]:
    """The headers of a person who has just signed in; console for staff, consumer for everybody else."""
    tokens = identity.open_session(session, person_id=person_id, audience=audience, at=clock.now())
    return {"Authorization": f"Bearer {tokens.access_token}"}


def staff_headers(session: Session, role="brand_operator") -> dict[str, str]:
    """The headers of a member of the brand's staff."""
    return bearer(session, someone_with(session, (role, session.info["brand_id"])), "console")


def an_invitation(
    session: Session,
    *,
    dealer: channel.Dealer | None = None,
    terminal: channel.Terminal | None = None,
    role="owner",
    phone: str | None = None,
    max_uses=1,
    lasts=timedelta(days=7),
    at: datetime | None = None,
) -> Invitation:
    """An invitation of today, to register a shop with a dealer unless told otherwise."""
    at = at or clock.now()
    dealer_id = terminal.dealer_id if terminal else (dealer or a_dealer(session)).id
    return invite(
        session,
        role=role,
        dealer_id=dealer_id,
        terminal_id=terminal.id if terminal else None,
        phone=phone,
        max_uses=max_uses,
        expires_at=at + lasts,
        by=1,
        at=at,
    )


def a_photo_of(session: Session, person_id: int, kind="front") -> int:
    """A photo that a person has sent; only its row."""
    photo_id = new_id()
    keep_photo(session, photo_id=photo_id, person_id=person_id, kind=kind, sha256="0" * 64, at=clock.now())
    return photo_id


def a_registration(
    session: Session,
    *,
    dealer: channel.Dealer | None = None,
    person_id: int | None = None,
    name: str | None = None,
    county=COUNTY,
    place: channel.Place | None = None,
    phone: str | None = None,
    at: datetime | None = None,
) -> Registration:
    """A shop that waits to be a terminal of the dealer."""
    at = at or clock.now()
    serial = next(_serials)
    person_id = person_id or someone_with(session)
    facts = ShopFacts(name or f"等待{serial}", "南京东路2号", county, place, (a_photo_of(session, person_id),))
    made = submit_registration(
        session,
        an_invitation(session, dealer=dealer, at=at),
        facts,
        person_id=person_id,
        phone=phone or f"139{serial:08}",
        at=at,
    )
    return get_registration(session, made, dealers=None)


def register(
    session: Session,
    invitation: Invitation,
    person_id: int,
    *,
    name: str | None = None,
    photo_ids: tuple[int, ...] | None = None,
    phone: str | None = None,
) -> int:
    """The id of a registration that a person sent in."""
    serial = next(_serials)
    photos = (a_photo_of(session, person_id),) if photo_ids is None else photo_ids
    facts = ShopFacts(name or f"登记{serial}", "南京东路3号", COUNTY, None, photos)
    at = clock.now()
    return submit_registration(
        session, invitation, facts, person_id=person_id, phone=phone or f"137{serial:08}", at=at
    )


def accept(
    session: Session, invitation: Invitation, person_id: int, *, phone: str | None = None
) -> identity.RoleGrant:
    return accept_invitation(session, invitation, person_id=person_id, phone=phone, at=clock.now())
