"""The data structure of GB/T 33993-2024 商品二维码: a unit of goods as a string of AIs.

The standard takes the application identifiers of GS1 (GB/T 16986): the GTIN comes first and always; production
and expiry date, lot and serial follow as far as they are known. Lot and serial have up to 20 characters of set 82
without ``% & / < > ?``. Fields of predefined length stand before the others, so that one separator (FNC1,
transmitted as GS) is enough.
"""

from dataclasses import dataclass
from datetime import date

from app.codes.rules.application_identifiers import ends_with_separator, value_fault

SEPARATOR = "\x1d"
MADE, EXPIRES = "11", "17"
REFUSED = frozenset("%&/<>?")


@dataclass(frozen=True, slots=True)
class GoodsData:
    """What the standard asks of a commodity's two-dimensional code; ``gtin14`` has 14 digits."""

    gtin14: str
    lot: str | None = None
    serial: str | None = None
    made_on: date | None = None
    expires_on: date | None = None

    def __post_init__(self) -> None:
        for identifier, value in self.units:
            fault = _fault(identifier, value)
            if fault:
                raise ValueError(f"AI {identifier} has a wrong value: {fault}")

    @property
    def units(self) -> tuple[tuple[str, str], ...]:
        """The AIs and their values, in the order in which they are encoded."""
        given = (
            ("01", self.gtin14),
            (MADE, _yymmdd(self.made_on)),
            (EXPIRES, _yymmdd(self.expires_on)),
            ("10", self.lot),
            ("21", self.serial),
        )
        return tuple((identifier, value) for identifier, value in given if value)


def _fault(identifier: str, value: str) -> str | None:
    return "characters" if REFUSED & set(value) else value_fault(identifier, value)


def fits(identifier: str, value: str) -> bool:
    """Whether a value may stand in the string; a brand's own lot numbers may be longer than the standard's."""
    return _fault(identifier, value) is None


def _yymmdd(day: date | None) -> str | None:
    return f"{day:%y%m%d}" if day else None


def element_string(goods: GoodsData) -> str:
    """What the symbol carries behind its leading FNC1; GS between a field of variable length and the next."""
    *before, last = goods.units
    parts = [ai + value + (SEPARATOR if ends_with_separator(ai) else "") for ai, value in before]
    return "".join([*parts, "".join(last)])


def human_readable(goods: GoodsData) -> str:
    """The line printed under the symbol: AIs in brackets, which are no part of the data."""
    return "".join(f"({identifier}){value}" for identifier, value in goods.units)
