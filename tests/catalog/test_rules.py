"""GTINs are checked and kept in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.rules import canonical_gtin, check_digit, printed_gtin

# From the GS1 General Specifications and GS1's check digit calculator pages.
KNOWN = [
    ("629104150021", 3),
    ("1061414100041", 5),
    ("61414121022", 0),
    ("9638507", 4),
    ("690123456789", 2),
]


@pytest.mark.parametrize(("digits", "expected"), KNOWN)
def test_check_digits_agree_with_published_examples(digits, expected):
    assert check_digit(digits) == expected


@pytest.mark.parametrize("length", [8, 12, 13, 14])
def test_every_gtin_length_is_padded_to_fourteen(length):
    body = "6901234567892"[: length - 1].ljust(length - 1, "1")
    gtin = body + str(check_digit(body))
    assert canonical_gtin(gtin) == gtin.zfill(14)


@pytest.mark.parametrize(
    "text",
    ["", "6901234567893", "690123456789", "69012345678920", "690123456789x", "٦٩٠١٢٣٤٥٦٧٨٩٢", " 6901234567892"],
)
def test_a_wrong_digit_length_or_letter_is_no_gtin(text):
    assert canonical_gtin(text) is None


bodies = st.text("0123456789", min_size=12, max_size=12).filter(lambda body: not body.startswith("00000"))


@given(bodies, st.integers(0, 12), st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(body, place, shift):
    gtin = body + str(check_digit(body))
    wrong = gtin[:place] + str((int(gtin[place]) + shift) % 10) + gtin[place + 1 :]
    assert canonical_gtin(gtin) is not None
    assert canonical_gtin(wrong) is None


@given(bodies)
def test_a_thirteen_digit_gtin_is_shown_as_printed(body):
    gtin = body + str(check_digit(body))
    assert printed_gtin(canonical_gtin(gtin)) == gtin


def test_short_and_long_gtins_are_shown_as_printed():
    assert printed_gtin("00000096385074") == "96385074"
    assert printed_gtin("10614141000415") == "10614141000415"
