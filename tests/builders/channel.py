"""Dealers, terminals and the people who work there."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app import channel, identity
from app.kit import clock

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
