"""Joining: somebody without a role opens an invitation, says who they are, registers a shop."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from app import identity
from app.channel import errors, schemas
from app.channel.actions import (
    ShopFacts,
    accept_invitation,
    keep_photo,
    read_token,
    require_open,
    submit_registration,
    token_of,
)
from app.channel.models import Registration
from app.channel.queries import (
    get_photo,
    get_registration,
    names_of,
    open_registration,
    photos_of,
    registrations_of,
    waiting_invitations,
)
from app.channel.routes.records import phone_or_none
from app.channel.routes.registering import send_photo, shown
from app.channel.rules import SCOPES, Place, masked, normal_phone, photo_name
from app.kit import clock, files, photos, regions, uploads
from app.kit.errors import TooLarge, TooManyRequests
from app.kit.http import blueprint, brand_id, contract, limiter
from app.kit.ids import new_id
from app.kit.limits import Limit
from app.kit.transaction import transaction

consumer = blueprint("channel", __name__, "consumer")
JOIN_LIMIT = Limit("channel.join", "20/hour")
PHOTO_LIMIT = Limit("channel.photo", "40/hour")
MOST_BYTES = 5_000_000
MOST_SHOWN = 20
INVITATION_REFUSALS = (
    errors.UnknownInvitation,
    errors.InvitationExpired,
    errors.InvitationUsedUp,
    errors.PhoneDiffers,
    errors.PhoneRequired,
    errors.UnknownDealer,
    TooManyRequests,
)


@consumer.get("/invitation")
@contract(
    query=schemas.JoinQuery,
    returns=schemas.JoinSchema,
    errors=(errors.UnknownInvitation, errors.InvitationExpired),
)
def look_at_invitation(*, token: str) -> dict[str, Any]:
    """邀请的内容, 以及我已提交的登记"""
    me, at = identity.current_actor().person_id, clock.now()
    invitation_id = read_token(brand_id(), token)
    with transaction(brand_id()) as session:
        invitation = require_open(session, invitation_id, person_id=me, at=at)
        names = names_of(session, dealers=[invitation.dealer_id], terminals=[invitation.terminal_id])
        vouched = normal_phone(identity.verified_phone(session, me) or "")
        waiting = open_registration(session, me)
        return {
            "role": invitation.role,
            "dealer": names[invitation.dealer_id],
            "terminal": names.get(invitation.terminal_id),
            "registers": SCOPES[invitation.role] == "terminal" and invitation.terminal_id is None,
            "needs_phone": vouched is None and invitation.phone_hash is not None,
            "phone": masked(vouched) if vouched else None,
            "registration": _with_photos(session, [waiting])[0] if waiting else None,
        }


@consumer.get("/invitations")
@contract(returns=schemas.MyInvitationsSchema)
def list_waiting_invitations() -> dict[str, Any]:
    """等待我 (按已验证手机号) 的邀请"""
    me, at = identity.current_actor().person_id, clock.now()
    with transaction(brand_id()) as session:
        phone = normal_phone(identity.verified_phone(session, me) or "")
        found = waiting_invitations(session, phone, at=at, limit=MOST_SHOWN) if phone else []
        names = names_of(
            session, dealers={row.dealer_id for row in found}, terminals={row.terminal_id for row in found}
        )
        return {
            "items": [
                {
                    "token": token_of(brand_id(), row.id),
                    "role": row.role,
                    "dealer": names[row.dealer_id],
                    "terminal": names.get(row.terminal_id),
                }
                for row in found
            ]
        }


@consumer.post("/invitation-acceptances")
@contract(
    accepts=schemas.AcceptSchema,
    returns=schemas.JoinedSchema,
    errors=(*INVITATION_REFUSALS, errors.UnknownTerminal),
    status=201,
)
def accept(*, token: str, phone: str | None) -> identity.RoleGrant:
    """接受邀请, 成为店员、业务员、经销商或既有门店的店主"""
    me, at = _patient_me(), clock.now()
    invitation_id, typed = read_token(brand_id(), token), phone_or_none(phone)
    with transaction(brand_id()) as session:
        invitation = require_open(session, invitation_id, person_id=me, at=at)
        return accept_invitation(session, invitation, person_id=me, phone=typed, at=at)


@consumer.get("/registrations")
@contract(returns=schemas.MyRegistrationsSchema)
def my_registrations() -> dict[str, Any]:
    """我的门店登记与审核进度"""
    me = identity.current_actor().person_id
    with transaction(brand_id()) as session:
        mine = registrations_of(session, identity.same_person_ids(session, me), limit=MOST_SHOWN)
        return {"items": _with_photos(session, mine)}


@consumer.post("/registrations")
@contract(
    accepts=schemas.NewRegistrationSchema,
    returns=schemas.RegistrationSchema,
    errors=(*INVITATION_REFUSALS, errors.RegistrationOpen, errors.UnknownPhoto),
    status=201,
)
def register(
    *,
    token: str,
    phone: str | None,
    photos: list[int],
    latitude: float | None,
    longitude: float | None,
    **shop: str,
) -> dict[str, Any]:
    """登记我的店 (被驳回后可以修改再提交)"""
    me, at = _patient_me(), clock.now()
    invitation_id, typed = read_token(brand_id(), token), phone_or_none(phone)
    place = None if latitude is None or longitude is None else Place.of(latitude, longitude)
    facts = ShopFacts(place=place, photo_ids=tuple(photos), **shop)
    with transaction(brand_id()) as session:
        invitation = require_open(session, invitation_id, person_id=me, at=at)
        if SCOPES[invitation.role] != "terminal" or invitation.terminal_id is not None:
            raise errors.UnknownInvitation
        made = submit_registration(session, invitation, facts, person_id=me, phone=typed, at=at)
        return _with_photos(session, [get_registration(session, made, dealers=None)])[0]


@consumer.post("/registration-photos/files")
@contract(
    query=schemas.PhotoQuery,
    returns=schemas.PhotoSchema,
    errors=(uploads.EmptyFile, TooLarge, photos.NotAPhoto, TooManyRequests),
    status=201,
    upload="image/*",
)
def send_in_photo(*, kind: str) -> dict[str, Any]:
    """上传门头或证照照片 (不超过 5 MB)"""
    actor, at = identity.current_actor(), clock.now()
    limiter().require(PHOTO_LIMIT, f"{actor.brand_id}:{actor.person_id}")
    photo_id = new_id()
    sent = f"shop_photos/sent/{photo_id}"
    received = uploads.receive(brand_id(), sent, most_bytes=MOST_BYTES)
    try:
        sha256 = photos.keep_photo(brand_id(), photo_name(photo_id), received.path)
    finally:
        files.remove(brand_id(), sent)
    try:
        with transaction(brand_id()) as session:
            keep_photo(session, photo_id=photo_id, person_id=actor.person_id, kind=kind, sha256=sha256, at=at)
    except BaseException:
        files.remove(brand_id(), photo_name(photo_id))  # a file without a row would stay for ever
        raise
    return {"id": photo_id, "kind": kind}


@consumer.get("/registration-photos/<int:photo_id>")
@contract(media_type="image/jpeg", errors=(errors.UnknownPhoto,))
def my_photo(*, photo_id: int) -> Response:
    """我上传的照片"""
    me = identity.current_actor().person_id
    with transaction(brand_id()) as session:
        get_photo(session, photo_id, registration_id=None, person_id=me)
    return send_photo(photo_id)


@consumer.get("/region")
@contract(query=schemas.PlaceQuery, returns=schemas.RegionSchema)
def region_of_place(*, latitude: float, longitude: float) -> dict[str, str | None]:
    """坐标所在的区县"""
    place = Place.of(latitude, longitude)
    found = regions.atlas().at(place.latitude_e6, place.longitude_e6)
    return {
        "county": found.code if found else None,
        "name": found.name if found else None,
        "city": found.city if found else None,
    }


def _patient_me() -> int:
    actor = identity.current_actor()
    limiter().require(JOIN_LIMIT, f"{actor.brand_id}:{actor.person_id}")
    return actor.person_id


def _with_photos(session: Session, rows: list[Registration]) -> list[dict[str, Any]]:
    return [
        facts | {"photos": photos_of(session, row.id)}
        for facts, row in zip(shown(session, rows), rows, strict=True)
    ]
