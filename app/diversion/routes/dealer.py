from typing import Any

from flask import Response

from app import identity
from app.diversion import errors, schemas
from app.diversion.actions import speak
from app.diversion.models import PhotoRow
from app.diversion.queries import dossier, get_own_file, get_photo, own_file_page, shipments_of
from app.diversion.routes.photos import show_photo, take_photo
from app.diversion.routes.showing import brief, for_dealer
from app.diversion.rules import open_moves
from app.kit import clock
from app.kit.errors import TooLarge, TooManyRequests
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import PageQuery, page_schema
from app.kit.photos import NotAPhoto
from app.kit.transaction import transaction
from app.kit.uploads import EmptyFile

dealer = blueprint("diversion", __name__, "dealer")


def _mine() -> tuple[int, ...]:
    """A case is between the brand and the dealer: its salesmen have no part in it."""
    return identity.scope_ids(identity.current_actor(), "dealer")


@dealer.get("/diversion-cases")
@identity.requires_role("dealer")
@contract(query=PageQuery, returns=page_schema(schemas.BriefFileSchema))
def list_own_files(*, cursor: str | None, limit: int) -> dict[str, Any]:
    """发给本经销商的窜货案件"""
    with transaction(brand_id()) as session:
        found = own_file_page(session, _mine(), cursor=cursor, limit=limit)
        shipped = shipments_of(session, found.items)
    return {
        "items": [brief(file, shipped.get(file.id)) for file in found.items],
        "next_cursor": found.next_cursor,
    }


@dealer.get("/diversion-cases/<int:file_id>")
@identity.requires_role("dealer")
@contract(returns=schemas.FileSchema, errors=(errors.FileUnknown,))
def show_own_file(*, file_id: int) -> dict[str, Any]:
    """案件与证据 (只有区县和日期的人数)"""
    with transaction(brand_id()) as session:
        found = dossier(session, get_own_file(session, file_id, _mine()))
    return for_dealer(found, at=clock.now())


@dealer.post("/diversion-cases/<int:file_id>/answer")
@identity.requires_role("dealer")
@contract(
    accepts=schemas.StatementSchema,
    returns=schemas.FileSchema,
    errors=(errors.FileUnknown, errors.WrongState),
)
def answer_file(*, file_id: int, words: str) -> dict[str, Any]:
    """申辩"""
    return _speak(file_id, "answer", words)


@dealer.post("/diversion-cases/<int:file_id>/appeal")
@identity.requires_role("dealer")
@contract(
    accepts=schemas.StatementSchema,
    returns=schemas.FileSchema,
    errors=(errors.FileUnknown, errors.WrongState, errors.AppealTooLate),
)
def appeal_file(*, file_id: int, words: str) -> dict[str, Any]:
    """申诉"""
    return _speak(file_id, "appeal", words)


def _speak(file_id: int, action: str, words: str) -> dict[str, Any]:
    by, at = identity.current_actor().person_id, clock.now()
    with transaction(brand_id()) as session:
        moved = speak(session, file_id=file_id, dealer_ids=_mine(), action=action, words=words, by=by, at=at)
        found = dossier(session, moved)
    return for_dealer(found, at=at)


@dealer.post("/diversion-cases/<int:file_id>/photos/files")
@identity.requires_role("dealer")
@contract(
    upload="image/jpeg",
    returns=schemas.PhotoSchema,
    errors=(
        errors.FileUnknown,
        errors.WrongState,
        NotAPhoto,
        errors.TooManyPhotos,
        EmptyFile,
        TooLarge,
        TooManyRequests,
    ),
    status=201,
)
def add_own_photo(*, file_id: int) -> PhotoRow:
    """上传申辩照片"""
    mine = _mine()

    def check(session: Any) -> None:
        file = get_own_file(session, file_id, mine)
        if not open_moves(file.state, "dealer"):
            raise errors.WrongState(state=file.state)

    return take_photo("case", file_id, side="dealer", check=check)


@dealer.get("/diversion-photos/<int:photo_id>")
@identity.requires_role("dealer")
@contract(media_type="image/jpeg", errors=(errors.PhotoUnknown, errors.FileUnknown))
def show_own_photo(*, photo_id: int) -> Response:
    """案件照片"""
    with transaction(brand_id()) as session:
        photo = get_photo(session, photo_id)
        if photo.kind != "case":
            raise errors.PhotoUnknown
        get_own_file(session, photo.owner_id, _mine())
    return show_photo(photo)
