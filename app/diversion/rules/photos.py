"""Photos as evidence: decoded and written anew, so that only the picture stays."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")


class NotAPicture(ValueError):
    """No JPEG, PNG or WebP, or one of absurd size."""


def rewritten(path: Path) -> bytes:
    """The picture as a JPEG of at most 1600 pixels, upright, without the place and camera it was taken with.

    Raises `NotAPicture`.
    """
    try:
        with Image.open(path, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotAPicture
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAPicture from error
    made = BytesIO()
    Image.frombytes("RGB", upright.size, upright.tobytes()).save(made, "JPEG", quality=QUALITY)
    return made.getvalue()
