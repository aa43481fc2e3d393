"""What the routes of channel share: the audit log's entry, whose dealers, the link of an invitation."""

from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app import identity, tenancy
from app.channel import errors
from app.channel.actions import token_of
from app.channel.rules import normal_phone
from app.kit.http import brand_id

WRITERS = ("brand_admin", "brand_operator")


def audit(
    session: Session,
    action: str,
    subject: str,
    after: dict[str, Any] | None,
    at: datetime,
    *,
    before: dict[str, Any] | None = None,
) -> None:
    actor = identity.current_actor()
    identity.record(session, actor=actor, action=action, subject=subject, before=before, after=after, at=at)


def own_dealers(*roles: str) -> tuple[int, ...]:
    return identity.scope_ids(identity.current_actor(), *roles)


def one_of_own(dealers: tuple[int, ...], asked: int | None) -> int:
    """The dealer that was asked for, or the only one; raises `UnknownDealer` for any other."""
    if asked is None and len(dealers) == 1:
        return dealers[0]
    if asked is None or asked not in dealers:
        raise errors.UnknownDealer
    return asked


def phone_or_none(written: str | None) -> str | None:
    """Raises `PhoneRequired` for what is no mobile number."""
    if written is None:
        return None
    phone = normal_phone(written)
    if phone is None:
        raise errors.PhoneRequired
    return phone


def link_of(invitation_id: int) -> str:
    host = tenancy.brand(brand_id()).host
    return f"{current_app.config['MALU_PUBLIC_SCHEME']}://{host}/join/{token_of(brand_id(), invitation_id)}"
