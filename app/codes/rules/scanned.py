"""What scanners hand over: the code alone, the printed address, or a GS1 Digital Link."""

import re
from dataclasses import dataclass

from app.codes.rules.digital_link import GTIN, SERIAL, DigitalLink, parse_link

LONGEST_SCANNED = 500  # a longer text is refused unread, which bounds the work of a guess
_SHORT = re.compile(r"/[Ss]/([^/?#]{1,64})")


@dataclass(frozen=True, slots=True)
class Scanned:
    """The text of a code, and the GTIN (14 digits) that the address claims for it, if any."""

    code: str
    gtin14: str | None = None


def scanned_code(text: str) -> Scanned | None:
    """The code in a scanned or typed text; None for an address that holds none."""
    if "/" not in text:
        return Scanned(text)
    if len(text) > LONGEST_SCANNED:
        return None
    link = parse_link(text)
    serial = link.get(SERIAL) if isinstance(link, DigitalLink) else None
    if isinstance(link, DigitalLink) and serial and link.key == GTIN:
        return Scanned(serial, link.get(GTIN))
    short = _SHORT.search(text)
    return Scanned(short[1]) if short else None
