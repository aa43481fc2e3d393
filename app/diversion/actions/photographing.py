"""Photos of a case file or an inspection."""

from contextlib import suppress
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app.diversion.errors import TooManyPhotos
from app.diversion.models import PhotoRow
from app.kit import files, photos
from app.kit.uploads import Received

MOST = 9


def photo_name(photo_id: int) -> str:
    return f"diversion/{photo_id}.jpg"


def keep_photo(brand_id: int, received: Received, photo_id: int) -> str:
    """Make an upload anew as the photo's file, and forget the upload; its SHA-256. Outside of transactions.

    Raises `photos.NotAPhoto`.
    """
    try:
        return photos.keep_photo(brand_id, photo_name(photo_id), received.path)
    finally:
        files.remove(brand_id, received.name)


def add_photo(
    session: Session,
    *,
    photo_id: int,
    kind: Literal["case", "inspection"],
    owner_id: int,
    side: Literal["brand", "dealer"],
    sha256: str,
    by: int,
    at: datetime,
) -> PhotoRow:
    """Name a kept photo; the unique position keeps their number within bounds. Raises `TooManyPhotos`."""
    taken = select(func.count()).where(PhotoRow.kind == kind, PhotoRow.owner_id == owner_id)
    position = (session.scalar(taken.select_from(PhotoRow)) or 0) + 1
    if position > MOST:
        raise TooManyPhotos
    row = {
        "brand_id": session.info["brand_id"],
        "id": photo_id,
        "kind": kind,
        "owner_id": owner_id,
        "position": position,
        "side": side,
        "sha256": sha256,
        "by": by,
        "at": at,
    }
    statement = insert_or_skip(PhotoRow).values(row).on_conflict_do_nothing().returning(PhotoRow)
    made = session.scalar(statement)
    if made is None:
        raise TooManyPhotos
    return made


def forget_photo(brand_id: int, photo_id: int) -> None:
    """Of a photo that was refused after all."""
    with suppress(OSError):
        files.remove(brand_id, photo_name(photo_id))
