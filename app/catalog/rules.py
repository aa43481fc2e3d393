"""GTINs: the numbers under a barcode."""

LENGTHS = (8, 12, 13, 14)
LONGEST = 14


def check_digit(digits: str) -> int:
    """The last digit of a GTIN from the ones before it: weights 3 and 1 from the right, up to the next ten.

    GS1 General Specifications, section 7.9.
    """
    weighted = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return -weighted % 10


def canonical_gtin(text: str) -> str | None:
    """The 14 digits of a GTIN-8, -12, -13 or -14, or None for anything else."""
    if len(text) not in LENGTHS or not (text.isascii() and text.isdecimal()):
        return None
    if int(text[-1]) != check_digit(text[:-1]):
        return None
    return text.zfill(LONGEST)


def printed_gtin(canonical: str) -> str:
    """A canonical GTIN as it stands on the package: 8, 13 or 14 digits."""
    if canonical.startswith("000000"):
        return canonical[6:]
    return canonical.removeprefix("0")
