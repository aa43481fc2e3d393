"""Code specs 码规格: which levels a product is packed in, and what is printed on each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import segno

from app.codes.rules.text import print_url

TextForm = Literal["short", "digital_link"]
LetterCase = Literal["upper", "lower"]
MOST_LEVELS = 8
MOST_RATIO = 100_000
GTIN_DIGITS = 14
SAMPLE = "K7ZK3Q9M2XWB4T6H"  # as long as every code; no key makes it
SAMPLE_GTIN = "06901234567892"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a pack, such as cap, case or pallet.

    ``ratio`` of the level below go into one of this; the lowest has 1. ``pair`` prints an outer and an inner face
    of the same number, ``security_code`` six digits under scratch film. With ``packed_before`` (前关联) the line
    keeps the printed order, so the level below is packed into this one by arithmetic.
    """

    name: str
    title: str
    ratio: int = 1
    pair: bool = False
    security_code: bool = False
    packed_before: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """How a code becomes the text in a QR code: ``base`` is scheme and host."""

    base: str
    text_form: TextForm
    letter_case: LetterCase

    def prefix(self, gtin: str) -> str:
        """What stands before the 16 characters of a code; ``gtin`` matters to a Digital Link alone.

        A Digital Link (GS1 Digital Link URI Syntax 1.6) is written as its standard writes it, whatever the case
        of the short form. The code itself is always in capitals, a serial number of AI 21 as it stands.
        """
        if self.text_form == "digital_link":
            return f"{self.base.rstrip('/')}/01/{gtin.zfill(GTIN_DIGITS)}/21/".lower()
        address = print_url(self.base, "")
        return address if self.letter_case == "upper" else address.lower()


@dataclass(frozen=True, slots=True)
class Sample:
    """A text as it would be printed, and the smallest QR code of level M that holds it."""

    text: str
    version: int
    modules: int


def sample(form: Form, gtin: str = SAMPLE_GTIN) -> Sample:
    """The printed text of a form with a code that is none, and its QR version and modules to a side."""
    text = form.prefix(gtin) + SAMPLE
    code = segno.make_qr(text, error="m", boost_error=False)
    return Sample(text, int(code.version), int(code.symbol_size(border=0)[0]))


def counts_of(levels: Sequence[Level], count: int) -> tuple[int, ...]:
    """How many codes each level needs for ``count`` of the lowest; the last parent may hold fewer."""
    counts: list[int] = []
    for level in levels:
        count = -(-count // level.ratio)
        counts.append(count)
    return tuple(counts)


def fault_of(levels: Sequence[Level]) -> str | None:
    """What is wrong with the levels of a spec, by a word for programs; None when nothing is."""
    names = [level.name for level in levels]
    if not 1 <= len(levels) <= MOST_LEVELS:
        return "depth"
    if len(set(names)) < len(names):
        return "same_name"
    if levels[0].ratio != 1 or levels[0].packed_before:
        return "lowest_holds_nothing"
    return None
