"""Photos that people send: made anew, so that nothing but the picture is kept."""

import hashlib
import io
import warnings
from http import HTTPStatus
from pathlib import Path

from PIL import Image, ImageOps

from app.kit import files
from app.kit.errors import AppError

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2048
QUALITY = 85


class NotAPhoto(AppError):
    code = "kit.not_a_photo"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "不是可用的照片, 请上传 JPG、PNG 或 WebP"
    message_en = "This is no photo; please send JPG, PNG or WebP"


def keep_photo(brand_id: int, name: str, source: Path) -> str:
    """Write the picture in ``source`` as a JPEG of our own under ``name``; the SHA-256 of it.

    What a camera wrote beside the picture (place, device, time) is gone, and so is whatever else a file may
    carry. Raises `NotAPhoto`. Call it outside of transactions: it works for some hundred milliseconds.
    """
    body = _remade(source)
    with files.writing(brand_id, name) as file:
        file.write(body)
    return hashlib.sha256(body).hexdigest()


def _remade(source: Path) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise NotAPhoto
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is then decoded no larger than needed
                upright = ImageOps.exif_transpose(image).convert("RGB")
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise NotAPhoto from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright.info.clear()  # comments and colour profiles would be written again
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
