"""Photos of strangers, made harmless: decoded, made small, turned upright and written anew."""

from io import BytesIO

from PIL import Image, ImageOps

MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}  # JPEG is decoded small at once
LONGEST_SIDE = 1600
QUALITY = 85


class Unreadable(ValueError):
    """No photo: another format, cut off, or far more pixels than a camera makes."""


def harmless(given: bytes) -> bytes:
    """A photo as a fresh JPEG of at most 1600 pixels a side, bare of EXIF and all else; raises `Unreadable`."""
    try:
        with Image.open(BytesIO(given), formats=tuple(MOST_PIXELS)) as photo:
            if photo.width * photo.height > MOST_PIXELS[photo.format or ""]:
                raise Unreadable("too many pixels")
            photo.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _fresh(ImageOps.exif_transpose(photo).convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable(str(error)) from error


def _fresh(photo: Image.Image) -> bytes:
    """Only the pixels go on: a new image knows nothing of where and with what it was taken."""
    bare, written = Image.new("RGB", photo.size), BytesIO()
    bare.paste(photo)
    bare.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
