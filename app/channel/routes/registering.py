"""Registrations looked at and answered: by the dealer that is to supply the shop, or by the brand."""

from collections.abc import Collection
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from app import identity
from app.channel import errors, schemas
from app.channel.actions import approve_registration, of_registration, opened_phone, refuse_registration
from app.channel.models import Registration
from app.channel.queries import (
    Duplicate,
    get_photo,
    get_registration,
    names_of,
    photos_of,
    possible_duplicates,
    registrations,
)
from app.channel.routes.records import WRITERS, audit, own_dealers
from app.channel.rules import degrees, photo_name
from app.kit import clock, files, regions
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import page, page_schema
from app.kit.transaction import transaction

console = blueprint("channel_registering", __name__, "console")
dealer = blueprint("channel_registering", __name__, "dealer")
REFUSALS = (
    errors.UnknownRegistration,
    errors.RegistrationDecided,
    errors.NameTaken,
    errors.UnknownDealer,
)
PLAIN = (
    "id",
    "state",
    "round",
    "name",
    "address",
    "county",
    "phone_verified",
    "reason",
    "terminal_id",
    "submitted_at",
    "decided_at",
)


@console.get("/registrations")
@contract(query=schemas.RegistrationQuery, returns=page_schema(schemas.RegistrationSchema))
def list_registrations(*, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """门店登记列表"""
    return _listed(None, state, cursor, limit)


@dealer.get("/registrations")
@contract(query=schemas.RegistrationQuery, returns=page_schema(schemas.RegistrationSchema))
def list_own_registrations(*, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """登记在本经销商名下的门店"""
    return _listed(own_dealers("dealer", "salesman"), state, cursor, limit)


@console.get("/registrations/<int:registration_id>")
@identity.requires_role(*WRITERS)
@contract(returns=schemas.ShownRegistrationSchema, errors=(errors.UnknownRegistration,))
def show_registration(*, registration_id: int) -> dict[str, Any]:
    """一条门店登记: 照片, 电话与疑似重复的门店"""
    return _detail(registration_id, None)


@dealer.get("/registrations/<int:registration_id>")
@contract(returns=schemas.ShownRegistrationSchema, errors=(errors.UnknownRegistration,))
def show_own_registration(*, registration_id: int) -> dict[str, Any]:
    """本经销商的一条门店登记"""
    return _detail(registration_id, own_dealers("dealer", "salesman"))


@console.get("/registrations/<int:registration_id>/photos/<int:photo_id>")
@identity.requires_role(*WRITERS)
@contract(media_type="image/jpeg", errors=(errors.UnknownRegistration, errors.UnknownPhoto))
def show_photo(*, registration_id: int, photo_id: int) -> Response:
    """登记照片"""
    return _photo(registration_id, photo_id, None)


@dealer.get("/registrations/<int:registration_id>/photos/<int:photo_id>")
@contract(media_type="image/jpeg", errors=(errors.UnknownRegistration, errors.UnknownPhoto))
def show_own_photo(*, registration_id: int, photo_id: int) -> Response:
    """本经销商登记的照片"""
    return _photo(registration_id, photo_id, own_dealers("dealer", "salesman"))


@console.post("/registrations/<int:registration_id>/decision")
@identity.requires_role(*WRITERS)
@contract(accepts=schemas.DecisionSchema, returns=schemas.RegistrationSchema, errors=REFUSALS)
def decide_registration(*, registration_id: int, accept: bool, note: str) -> dict[str, Any]:
    """通过或驳回门店登记 (驳回要写原因)"""
    return _decide(registration_id, None, accept=accept, note=note)


@dealer.post("/registrations/<int:registration_id>/decision")
@identity.requires_role("dealer")
@contract(
    accepts=schemas.DecisionSchema,
    returns=schemas.RegistrationSchema,
    errors=(*REFUSALS, errors.LooksLikeForeignTerminal),
)
def decide_own_registration(*, registration_id: int, accept: bool, note: str) -> dict[str, Any]:
    """通过或驳回本经销商的门店登记"""
    return _decide(registration_id, own_dealers("dealer"), accept=accept, note=note)


def _listed(dealers: Collection[int] | None, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    with transaction(brand_id()) as session:
        found = page(
            session, registrations(state=state, dealers=dealers), Registration.id, cursor=cursor, limit=limit
        )
        return {"items": shown(session, found.items), "next_cursor": found.next_cursor}


def shown(session: Session, rows: Collection[Registration]) -> list[dict[str, Any]]:
    """Registrations as everybody who may see them sees them."""
    names = names_of(session, dealers={row.dealer_id for row in rows})
    known = regions.atlas().by_code
    return [
        {name: getattr(row, name) for name in PLAIN}
        | {
            "dealer": names[row.dealer_id],
            "phone": row.phone_masked,
            "by_case": row.case_no is not None,
            "latitude": degrees(row.latitude_e6),
            "longitude": degrees(row.longitude_e6),
            "county_name": known[row.county].name if row.county in known else None,
        }
        for row in rows
    ]


def _detail(registration_id: int, dealers: Collection[int] | None) -> dict[str, Any]:
    with transaction(brand_id()) as session:
        row = get_registration(session, registration_id, dealers=dealers)
        duplicates = possible_duplicates(session, row) if row.state == "submitted" else []
        return {
            "registration": shown(session, [row])[0],
            "phone": opened_phone(session, row.phone_sealed, of_registration(row.person_id)),
            "photos": photos_of(session, row.id),
            "duplicates": [_as_seen_by(each, dealers) for each in duplicates],
        }


def _as_seen_by(duplicate: Duplicate, dealers: Collection[int] | None) -> dict[str, Any]:
    """A dealer learns that somebody else's shop is alike, and not whose or which."""
    own = dealers is None or duplicate.dealer.id in dealers
    facts = {name: getattr(duplicate, name) if own else None for name in ("id", "name", "address", "dealer")}
    return facts | {"kind": duplicate.kind, "state": duplicate.state, "reasons": duplicate.reasons}


def _photo(registration_id: int, photo_id: int, dealers: Collection[int] | None) -> Response:
    with transaction(brand_id()) as session:
        row = get_registration(session, registration_id, dealers=dealers)
        get_photo(session, photo_id, registration_id=row.id, person_id=None)
    return send_photo(photo_id)


def send_photo(photo_id: int) -> Response:
    """The file of a photo that the caller may see; it stays in no cache on the way."""
    try:
        body = files.path_of(brand_id(), photo_name(photo_id)).read_bytes()
    except FileNotFoundError as error:
        raise errors.UnknownPhoto from error
    return Response(body, mimetype="image/jpeg", headers={"Cache-Control": "private, no-store"})


def _decide(registration_id: int, dealers: Collection[int] | None, *, accept: bool, note: str) -> dict[str, Any]:
    by, at = identity.current_actor().person_id, clock.now()
    with transaction(brand_id()) as session:
        if accept:
            row = approve_registration(session, registration_id, dealers=dealers, by=by, at=at)
        else:
            row = refuse_registration(session, registration_id, dealers=dealers, reason=note, by=by, at=at)
        after = {"state": row.state, "terminal": str(row.terminal_id or ""), "reason": note}
        audit(session, f"channel.registration_{row.state}", f"registration:{row.id}", after, at)
        return shown(session, [row])[0]
