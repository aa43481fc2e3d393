"""Invitations: a link or QR code that lets so many people join until a day, as what it says."""

import base64
from datetime import datetime
from hmac import compare_digest

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app import identity, tenancy
from app.channel.actions.places import keep_open
from app.channel.errors import (
    InvitationExpired,
    InvitationUsedUp,
    PhoneDiffers,
    UnknownInvitation,
    UnknownTerminal,
)
from app.channel.models import Invitation, InvitationUse
from app.channel.queries import get_terminal, invitation_of, phone_hash
from app.channel.rules import SCOPES, masked, normal_phone
from app.kit import sealing
from app.kit.ids import new_id

MARK = "."
MAC_BYTES = 15
RADIX = 36


def invite(
    session: Session,
    *,
    role: str,
    dealer_id: int,
    terminal_id: int | None = None,
    phone: str | None = None,
    max_uses: int = 1,
    expires_at: datetime,
    by: int,
    at: datetime,
) -> Invitation:
    """Let people join a dealer or a shop; with a phone (eleven digits) only whoever answers it.

    An owner without a terminal is invited to register a shop. Raises `UnknownDealer`, `UnknownTerminal`.
    """
    keep_open(session, [dealer_id])
    if terminal_id is not None and get_terminal(session, terminal_id).dealer_id != dealer_id:
        raise UnknownTerminal
    invitation = Invitation(
        role=role,
        dealer_id=dealer_id,
        terminal_id=terminal_id,
        phone_hash=phone_hash(session, phone) if phone else None,
        phone_masked=masked(phone) if phone else None,
        max_uses=max_uses,
        expires_at=expires_at,
        invited_by=by,
        created_at=at,
    )
    session.add(invitation)
    session.flush()
    return invitation


def invite_by_case(
    session: Session, *, case_no: int, dealer_id: int, person_id: int, expires_at: datetime, at: datetime
) -> int:
    """Let whoever scanned a case register a shop with the case's dealer; the same for a second scan. The id."""
    keep_open(session, [dealer_id])
    row = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "role": "owner",
        "dealer_id": dealer_id,
        "case_no": case_no,
        "person_id": person_id,
        "max_uses": 1,
        "uses": 0,
        "expires_at": expires_at,
        "invited_by": person_id,
        "created_at": at,
    }
    statement = (
        insert_or_skip(Invitation)
        .values(row)
        .on_conflict_do_update(
            index_elements=["brand_id", "case_no", "person_id"],
            set_={"dealer_id": dealer_id, "expires_at": expires_at, "revoked_at": None},
        )
        .returning(Invitation.id)
    )
    return session.execute(statement).scalar_one()


def token_of(brand_id: int, invitation_id: int) -> str:
    """What the link of an invitation ends with: made again whenever it is shown, kept nowhere."""
    number, rest = "", invitation_id
    while rest:
        rest, digit = divmod(rest, RADIX)
        number = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + number
    return f"{number}{MARK}{_mac(brand_id, invitation_id)}"


def _mac(brand_id: int, invitation_id: int) -> str:
    full = sealing.keyed_hash(str(invitation_id), key=tenancy.lookup_key(brand_id), context="channel.invitation")
    return base64.b32encode(full[:MAC_BYTES]).decode().lower()


def read_token(brand_id: int, token: str) -> int:
    """The id of the invitation whose token this is; raises `UnknownInvitation` without asking the database."""
    number, _, mac = token.partition(MARK)
    if not (number.isascii() and number.isalnum()) or not mac.isascii():
        raise UnknownInvitation
    invitation_id = int(number, RADIX)
    if not compare_digest(mac, _mac(brand_id, invitation_id)):
        raise UnknownInvitation
    return invitation_id


def require_open(session: Session, invitation_id: int, *, person_id: int, at: datetime) -> Invitation:
    """An invitation that this person may use now.

    Raises `UnknownInvitation`, `InvitationExpired`; whether a place is left is decided when it is used.
    """
    invitation = invitation_of(session, invitation_id)
    if invitation.person_id is not None and not identity.is_same_person(session, invitation.person_id, person_id):
        raise UnknownInvitation
    if invitation.revoked_at is not None or invitation.expires_at <= at:
        raise InvitationExpired
    return invitation


def checked_phone(
    session: Session, invitation: Invitation, *, person_id: int, typed: str | None
) -> tuple[str | None, bool]:
    """The person's number and whether a platform vouches for it; what was typed counts only without one.

    Raises `PhoneDiffers` when the invitation waits for another number.
    """
    vouched = normal_phone(identity.verified_phone(session, person_id) or "")
    phone = vouched or normal_phone(typed or "")
    wanted = invitation.phone_hash
    if wanted is not None and (phone is None or phone_hash(session, phone) != wanted):
        raise PhoneDiffers
    return phone, vouched is not None


def use_invitation(session: Session, invitation: Invitation, *, person_id: int, at: datetime) -> None:
    """Take one place for a person, who may come again. Raises `InvitationExpired` and `InvitationUsedUp`."""
    row = {"brand_id": session.info["brand_id"], "id": new_id(), "invitation_id": invitation.id, "at": at}
    use = insert_or_skip(InvitationUse).values({**row, "person_id": person_id}).on_conflict_do_nothing()
    if session.execute(use.returning(InvitationUse.id)).first() is None:
        return
    taken = update(Invitation).where(
        Invitation.id == invitation.id,
        Invitation.uses < Invitation.max_uses,
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > at,
    )
    taken = taken.values(uses=Invitation.uses + 1).execution_options(synchronize_session=False)
    if session.execute(taken.returning(Invitation.id)).first() is None:
        raise InvitationUsedUp


def accept_invitation(
    session: Session, invitation: Invitation, *, person_id: int, phone: str | None, at: datetime
) -> identity.RoleGrant:
    """Give the person the role the invitation speaks of.

    Raises `PhoneDiffers`, `InvitationUsedUp`, `UnknownDealer`, `UnknownTerminal`.
    """
    checked_phone(session, invitation, person_id=person_id, typed=phone)
    keep_open(session, [invitation.dealer_id])
    scope_id = invitation.dealer_id
    if SCOPES[invitation.role] == "terminal":
        if invitation.terminal_id is None:  # the way of an owner without a shop is a registration
            raise UnknownTerminal
        scope_id = get_terminal(session, invitation.terminal_id).id
    use_invitation(session, invitation, person_id=person_id, at=at)
    return identity.grant_role(
        session, person_id=person_id, role=invitation.role, scope_id=scope_id, by=invitation.invited_by, at=at
    )


def revoke_invitation(session: Session, invitation_id: int, *, at: datetime) -> None:
    """Nobody joins by it any more; who did stays. Raises `InvitationExpired` when it was revoked before."""
    live = update(Invitation).where(Invitation.id == invitation_id, Invitation.revoked_at.is_(None))
    if session.execute(live.values(revoked_at=at).returning(Invitation.id)).first() is None:
        raise InvitationExpired
