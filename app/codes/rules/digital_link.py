"""GS1 Digital Link (URI syntax 1.6): identifiers as an address, ``https://host/01/{GTIN}/10/{lot}/21/{serial}``.

What the standard has withdrawn is refused: words instead of numbers (``/gtin/``, since 1.3), GTINs of fewer than
14 digits, compressed addresses. Faults are values, so that a resolver can tell them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from urllib.parse import quote, unquote

from app.codes.rules.application_identifiers import IDENTIFIERS, check_digit, value_fault

LONGEST = 2000
GTIN, LOT, SERIAL, VARIANT = "01", "10", "21", "22"
EXPIRES = "17"
SGTIN = "urn:epc:id:sgtin:"
GTIN_BODY = 13

# The primary keys, and the qualifiers that may follow each, in this order.
KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "00": ((),),
        "01": (("22", "10", "21"), ("235",)),
        "253": ((),),
        "255": ((),),
        "401": ((),),
        "402": ((),),
        "414": (("254",), ("7040",)),
        "415": (("8020",),),
        "417": (("7040",),),
        "8003": ((),),
        "8004": (("7040",),),
        "8006": (("22", "10", "21"),),
        "8010": (("8011",),),
        "8013": ((),),
        "8017": (("8019",),),
        "8018": (("8019",),),
    }
)
# A payment's party is named together with its reference, never alone.
REQUIRED = {"415": "8020"}
ONLY_IN_PATHS = frozenset(KEYS) | {ai for orders in KEYS.values() for order in orders for ai in order}
_ADDRESS = re.compile(r"(https|http|HTTPS|HTTP)://([A-Za-z0-9.-]+(?::\d{1,5})?)(/[^?#]*)(?:\?([^#]*))?(?:#.*)?")
_ALLOWED = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")


@dataclass(frozen=True, slots=True)
class BadLink:
    """Why a text is no Digital Link: a fixed word, and the AI it is about, where there is one."""

    reason: str
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """What an address says: ``path`` begins with the primary key; ``extras`` are parameters that are no AIs."""

    stem: str
    path: tuple[tuple[str, str], ...]
    attributes: tuple[tuple[str, str], ...] = ()
    extras: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        return self.path[0][0]

    def get(self, identifier: str) -> str | None:
        """The value of an AI, wherever it stands."""
        return dict(self.path + self.attributes).get(identifier)

    def canonical(self, *, upto: int | None = None) -> str:
        """The path as an address on the same stem, without attributes; ``upto`` so many AIs."""
        return self.stem + "".join(f"/{ai}/{escaped(value)}" for ai, value in self.path[:upto])


def parse_link(text: str) -> DigitalLink | BadLink:
    """Read an address; the same faults are found for what is printed, typed or sent."""
    if len(text) > LONGEST:
        return BadLink("too_long")
    if not _ALLOWED.fullmatch(text):
        return BadLink("characters")
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return BadLink("address")
    scheme, host, path, query = match.groups()
    segments = path.split("/")[1:]
    start = _key_at(segments)
    if start is None:
        return BadLink("no_key")
    pairs = _pairs(segments[start:])
    stem = "/".join([f"{scheme}://{host}", *segments[:start]])
    return _judged(stem, pairs, query or "")


def _key_at(segments: list[str]) -> int | None:
    """Where the last primary key stands: pairs of AI and value, counted from the end."""
    for start in range(len(segments) - 2, -1, -2):
        if segments[start] in KEYS:
            return start
        if segments[start] not in IDENTIFIERS:
            return None
    return None


def _pairs(segments: list[str]) -> tuple[tuple[str, str], ...]:
    return tuple((segments[at], unquote(segments[at + 1])) for at in range(0, len(segments), 2))


def _judged(stem: str, path: tuple[tuple[str, str], ...], query: str) -> DigitalLink | BadLink:
    split = [parameter.partition("=") for parameter in query.split("&") if parameter]
    given = [(unquote(name), unquote(value.replace("+", " "))) for name, _, value in split]
    attributes = tuple(pair for pair in given if pair[0].isdecimal())
    extras = tuple(pair for pair in given if not pair[0].isdecimal())
    fault = _order_fault(path) or _attribute_fault(attributes) or _value_fault(path + attributes)
    return fault or DigitalLink(stem, path, attributes, extras)


def _order_fault(path: tuple[tuple[str, str], ...]) -> BadLink | None:
    key, qualifiers = path[0][0], [ai for ai, _ in path[1:]]
    if REQUIRED.get(key, key) not in {key, *qualifiers}:
        return BadLink("qualifier_missing", REQUIRED[key])
    for order in KEYS[key]:
        wanted = iter(order)
        if all(ai in wanted for ai in qualifiers):
            return None
    return BadLink("qualifier_order", qualifiers[0])


def _attribute_fault(attributes: tuple[tuple[str, str], ...]) -> BadLink | None:
    seen: set[str] = set()
    for ai, _ in attributes:
        if ai not in IDENTIFIERS:
            return BadLink("unknown_identifier", ai)
        if ai in ONLY_IN_PATHS:
            return BadLink("belongs_in_path", ai)
        if ai in seen:
            return BadLink("repeated", ai)
        seen.add(ai)
    return None


def _value_fault(pairs: tuple[tuple[str, str], ...]) -> BadLink | None:
    for ai, value in pairs:
        fault = value_fault(ai, value) if value else "empty"
        if fault:
            return BadLink(fault, ai)
    return None


def link_of_epc(epc: str) -> str:
    """An SGTIN in its EPC form as the Digital Link of the same goods; any other text as it is.

    ``urn:epc:id:sgtin:{company}.{indicator}{item}.{serial}``: GS1 EPC Tag Data Standard, section 6.3.1.
    """
    company, _, rest = epc.removeprefix(SGTIN).partition(".")
    item, _, serial = rest.partition(".")
    body = item[:1] + company + item[1:]
    if not epc.startswith(SGTIN) or len(body) != GTIN_BODY or not (body.isascii() and body.isdecimal()):
        return epc
    return f"https://id.gs1.org/01/{body}{check_digit(body)}/21/{serial}"


def escaped(value: str) -> str:
    """A value as a path or query holds it: all but unreserved characters in percent form."""
    return quote(value, safe="")


def write_link(
    scheme_host: str, path: tuple[tuple[str, str], ...], attributes: tuple[tuple[str, str], ...] = ()
) -> str:
    """The address of these identifiers. Raises ValueError for what `parse_link` would refuse, with the reason."""
    tail = "&".join(f"{ai}={escaped(value)}" for ai, value in attributes)
    link = DigitalLink(scheme_host.rstrip("/"), path).canonical() + (f"?{tail}" if tail else "")
    match parse_link(link):
        case BadLink(reason, identifier):
            raise ValueError(f"no Digital Link: {reason} {identifier or ''}".rstrip())
    return link


def digital_link(
    scheme_host: str, gtin14: str, code_text: str, lot: str | None = None, expires_on: date | None = None
) -> str:
    """The Digital Link to print for a code: its 16 characters are the serial of the GTIN.

    Scheme and host in capitals, as in `print_url`: without a lot and a date the address stays in the QR code's
    alphanumeric mode. Raises ValueError when the lot is longer than the 20 characters of AI 10, or the GTIN wrong.
    """
    lots = ((LOT, lot),) if lot else ()
    dates = ((EXPIRES, f"{expires_on:%y%m%d}"),) if expires_on else ()
    return write_link(scheme_host.upper(), ((GTIN, gtin14), *lots, (SERIAL, code_text)), dates)
