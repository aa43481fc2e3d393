"""What a camera hands over: a code, an address that carries one, or such an address in percent-encoding."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from app.codes.rules.text import normalise

LONGEST_LINK = 1024
SCHEMES = ("http", "https")
SHORT = ("s", "S")
GTIN_LENGTHS = range(8, 15)


@dataclass(frozen=True, slots=True)
class PrintedLink:
    """The 16 characters that were printed, and the host beside them; None where no address was given."""

    text: str
    host: str | None


def read_link(scanned: str) -> PrintedLink | None:
    """Read ``HTTPS://HOST/S/CODE``, ``https://HOST/01/GTIN/21/CODE``, either of them encoded once, or a bare code.

    None for everything else. A query and a fragment say nothing about the code and are passed over. Whether the
    host is the brand's and the code exists is for others to say.
    """
    if len(scanned) > LONGEST_LINK:
        return None
    address = scanned if "://" in scanned else unquote(scanned)
    if "://" not in address:
        text = normalise(scanned)
        return PrintedLink(text, None) if text else None
    return _read_address(address)


def _read_address(address: str) -> PrintedLink | None:
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that are no IPv6 address
        return None
    serial = _serial(parts.path.split("/")) if parts.scheme in SCHEMES else None
    text = normalise(serial) if serial else None
    return PrintedLink(text, parts.netloc.lower()) if text else None


def _serial(path: list[str]) -> str | None:
    match path:
        case ["", place, serial] if place in SHORT:
            return serial
        case ["", "01", gtin, "21", serial] if gtin.isascii() and gtin.isdecimal() and len(gtin) in GTIN_LENGTHS:
            return serial
        case _:
            return None
