"""A shop comes in: its owner asks, the dealer or the brand answers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app import identity
from app.channel.actions.invitations import checked_phone, use_invitation
from app.channel.actions.phones import of_registration, opened_phone, sealed_phone
from app.channel.actions.places import create_terminal, keep_open
from app.channel.errors import (
    LooksLikeForeignTerminal,
    PhoneRequired,
    RegistrationDecided,
    RegistrationOpen,
    UnknownPhoto,
)
from app.channel.events import TerminalRegistered
from app.channel.models import Invitation, Photo, Registration
from app.channel.models.joining import OPEN
from app.channel.queries import get_registration, open_registration, possible_duplicates
from app.channel.rules import Place, is_serious
from app.kit import outbox
from app.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What an owner says of the shop; the photos were sent before."""

    name: str
    address: str
    county: str
    place: Place | None
    photo_ids: tuple[int, ...]


def submit_registration(
    session: Session, invitation: Invitation, shop: ShopFacts, *, person_id: int, phone: str | None, at: datetime
) -> int:
    """Ask for a shop to become a terminal of the invitation's dealer; a refused wish is asked anew. Its id.

    Raises `RegistrationOpen` while an earlier wish waits, `PhoneRequired`, `PhoneDiffers`, `InvitationUsedUp`,
    `UnknownDealer`, `UnknownPhoto`.
    """
    number, vouched = checked_phone(session, invitation, person_id=person_id, typed=phone)
    if number is None:
        raise PhoneRequired
    keep_open(session, [invitation.dealer_id])
    use_invitation(session, invitation, person_id=person_id, at=at)
    told = {
        "dealer_id": invitation.dealer_id,
        "invitation_id": invitation.id,
        "case_no": invitation.case_no,
        "name": shop.name,
        "address": shop.address,
        "county": shop.county,
        "latitude_e6": shop.place.latitude_e6 if shop.place else None,
        "longitude_e6": shop.place.longitude_e6 if shop.place else None,
        "phone_verified": vouched,
        "submitted_at": at,
        **sealed_phone(session, number, of_registration(person_id)),
    }
    registration_id = _write(session, person_id, told)
    _attach(session, registration_id, person_id, shop.photo_ids)
    return registration_id


def _write(session: Session, person_id: int, told: dict[str, Any]) -> int:
    """The open wish of a person is one row: new, or the refused one written anew."""
    row = {"brand_id": session.info["brand_id"], "id": new_id(), "person_id": person_id, "round": 1}
    statement = (
        insert_or_skip(Registration)
        .values({**row, **told, "state": "submitted"})
        .on_conflict_do_update(
            index_elements=["brand_id", "person_id"],
            index_where=OPEN,
            set_={**told, "state": "submitted", "reason": None, "round": Registration.round + 1},
            where=Registration.state == "refused",
        )
        .returning(Registration.id)
    )
    written = session.execute(statement).scalar()
    if written is None:
        waiting = open_registration(session, person_id)
        raise RegistrationOpen(registration=str(waiting.id) if waiting else None)
    return written


def _attach(session: Session, registration_id: int, person_id: int, photo_ids: Collection[int]) -> None:
    """These photos and no others belong to the wish; raises `UnknownPhoto` for one of somebody else."""
    mine = or_(Photo.registration_id.is_(None), Photo.registration_id == registration_id)
    meant = Photo.id.in_(photo_ids)
    photos = update(Photo).where(
        Photo.person_id == person_id, mine, or_(meant, Photo.registration_id.is_not(None))
    )
    kept = photos.values(registration_id=case((meant, registration_id), else_=None)).returning(
        Photo.registration_id
    )
    rows = session.execute(kept.execution_options(synchronize_session=False)).scalars().all()
    if len(rows) - rows.count(None) != len(set(photo_ids)):
        raise UnknownPhoto


def approve_registration(
    session: Session, registration_id: int, *, dealers: Collection[int] | None, by: int, at: datetime
) -> Registration:
    """Make the shop a terminal and its applicant the owner; ``dealers`` are the approver's, None is the brand.

    Raises `UnknownRegistration`, `RegistrationDecided`, `NameTaken`, `UnknownDealer`, and for a dealer
    `LooksLikeForeignTerminal`: shops are not taken from each other by registering them again.
    """
    registration = _locked(session, registration_id, dealers)
    if dealers is not None:
        _require_own(session, registration, dealers)
    phone = opened_phone(session, registration.phone_sealed, of_registration(registration.person_id))
    latitude, longitude = registration.latitude_e6, registration.longitude_e6
    terminal = create_terminal(
        session,
        dealer_id=registration.dealer_id,
        name=registration.name,
        county=registration.county,
        address=registration.address,
        place=None if latitude is None or longitude is None else Place(latitude, longitude),
        phone=phone,
        at=at,
    )
    registration.state, registration.terminal_id = "approved", terminal.id
    registration.decided_at, registration.decided_by, registration.reason = at, by, None
    session.flush()
    event = TerminalRegistered(
        f"registration:{registration.id}", terminal.id, terminal.dealer_id, registration.person_id
    )
    outbox.publish(session, event, at=at)
    identity.grant_role(
        session, person_id=registration.person_id, role="owner", scope_id=terminal.id, by=by, at=at
    )
    return registration


def refuse_registration(
    session: Session,
    registration_id: int,
    *,
    dealers: Collection[int] | None,
    reason: str,
    by: int,
    at: datetime,
) -> Registration:
    """Turn down, with words for the applicant, who may ask again.

    Raises `UnknownRegistration` and `RegistrationDecided`.
    """
    registration = _locked(session, registration_id, dealers)
    registration.state, registration.reason = "refused", reason
    registration.decided_at, registration.decided_by = at, by
    session.flush()
    return registration


def _locked(session: Session, registration_id: int, dealers: Collection[int] | None) -> Registration:
    """A wish that waits, held until the commit: of two answers the second finds it decided."""
    get_registration(session, registration_id, dealers=dealers)
    waiting = select(Registration).where(Registration.id == registration_id, Registration.state == "submitted")
    found = session.scalar(waiting.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise RegistrationDecided
    return found


def _require_own(session: Session, registration: Registration, dealers: Collection[int]) -> None:
    found = possible_duplicates(session, registration)
    if any(each.dealer.id not in dealers and is_serious(each.reasons) for each in found):
        raise LooksLikeForeignTerminal


def keep_photo(session: Session, *, photo_id: int, person_id: int, kind: str, sha256: str, at: datetime) -> None:
    session.add(Photo(id=photo_id, person_id=person_id, kind=kind, sha256=sha256, created_at=at))
    session.flush()


def forget_photos(session: Session, *, before: datetime, limit: int) -> list[int]:
    """Delete photos that no registration wants; their ids, for the files."""
    stale = (
        select(Photo.id)
        .where(Photo.registration_id.is_(None), Photo.created_at < before)
        .order_by(Photo.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(stale))
    session.execute(delete(Photo).where(Photo.id.in_(ids)))
    return ids
