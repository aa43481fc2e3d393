"""Photos coming in as bodies that are files, and going out to whoever may see their case."""

from collections.abc import Callable
from typing import Literal

from flask import Response
from sqlalchemy.orm import Session

from app import identity
from app.diversion.actions import add_photo, forget_photo, keep_photo, photo_name
from app.diversion.errors import PhotoUnknown
from app.diversion.models import PhotoRow
from app.kit import clock, files
from app.kit.http import brand_id, limiter
from app.kit.ids import new_id
from app.kit.limits import Limit
from app.kit.transaction import transaction
from app.kit.uploads import receive

MOST_BYTES = 12_000_000
UPLOADS = Limit("diversion.photo", "60/hour")


def take_photo(
    kind: Literal["case", "inspection"],
    owner_id: int,
    *,
    side: Literal["brand", "dealer"],
    check: Callable[[Session], object],
) -> PhotoRow:
    """Receive a photo for what ``check`` lets the caller add to; it is asked before a byte is read."""
    by = identity.current_actor().person_id
    limiter().require(UPLOADS, f"{brand_id()}:{by}")
    with transaction(brand_id()) as session:
        check(session)
    photo_id = new_id()
    received = receive(brand_id(), f"diversion/{photo_id}.upload", most_bytes=MOST_BYTES)
    sha256 = keep_photo(brand_id(), received, photo_id)
    try:
        with transaction(brand_id()) as session:
            check(session)
            return add_photo(
                session,
                photo_id=photo_id,
                kind=kind,
                owner_id=owner_id,
                side=side,
                sha256=sha256,
                by=by,
                at=clock.now(),
            )
    except BaseException:
        forget_photo(brand_id(), photo_id)
        raise


def show_photo(photo: PhotoRow) -> Response:
    """The picture, for the caller's own cache only. Raises `PhotoUnknown` when its file is gone."""
    try:
        picture = files.path_of(photo.brand_id, photo_name(photo.id)).read_bytes()
    except FileNotFoundError as error:
        raise PhotoUnknown from error
    return Response(picture, mimetype="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})
