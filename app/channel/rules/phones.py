"""Mobile phone numbers of mainland China, as people write them."""

import re

MOBILE = re.compile(r"1[3-9]\d{9}")
PREFIX = re.compile(r"^(\+|00)?86(?=1[3-9]\d{9}$)")
FILLING = re.compile(r"[\s\-()（）\u2010-\u2015]")


def normal_phone(written: str) -> str | None:
    """Eleven digits without country and filling; None for what is no mobile number."""
    digits = PREFIX.sub("", FILLING.sub("", written))
    return digits if MOBILE.fullmatch(digits) and digits.isascii() else None


def masked(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}"
