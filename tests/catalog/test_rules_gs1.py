"""SSCCs, GLNs and EPCs agree with the examples that GS1 has published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.rules import (
    gln,
    is_company_prefix,
    is_gln,
    is_sscc,
    number_of_sscc,
    sgln_urn,
    sgtin_urn,
    sscc,
    sscc_of,
    sscc_urn,
)

PREFIXES = st.text("0123456789", min_size=6, max_size=12)


def test_the_examples_of_the_tag_data_standard_come_out():
    assert sscc("0614141", 1, 234567890) == "106141412345678908"
    assert sscc_urn("0614141", "106141412345678908") == "urn:epc:id:sscc:0614141.1234567890"
    assert gln("0614141", 12345) == "0614141123452"
    assert sgln_urn("0614141", "0614141123452", "400") == "urn:epc:id:sgln:0614141.12345.400"
    assert sgtin_urn("0614141", "80614141123458", "6789") == "urn:epc:id:sgtin:0614141.812345.6789"


def test_a_chinese_prefix_keeps_its_own_length():
    urn = sgtin_urn("69012345", "06901234567892", "K7ZK3Q9M2XWB4T6H")
    assert urn == "urn:epc:id:sgtin:69012345.06789.K7ZK3Q9M2XWB4T6H"
    assert sgln_urn("69012345", gln("69012345", 7)) == "urn:epc:id:sgln:69012345.0007.0"


@given(PREFIXES, st.data())
def test_a_running_number_goes_into_an_sscc_and_comes_back(prefix, data):
    number = data.draw(st.integers(0, 10 ** (17 - len(prefix)) - 1))
    made = sscc_of(prefix, number)
    assert is_sscc(made)
    assert number_of_sscc(prefix, made) == number
    digits = sscc_urn(prefix, made).removeprefix(f"urn:epc:id:sscc:{prefix}.")
    assert int(digits) == number
    assert len(prefix + digits) == 17


@given(PREFIXES, st.integers(0, 99999), st.integers(0, 17), st.integers(1, 9))
def test_every_single_wrong_digit_of_an_sscc_is_noticed(prefix, number, place, shift):
    made = sscc_of(prefix, number)
    wrong = made[:place] + str((int(made[place]) + shift) % 10) + made[place + 1 :]
    assert not is_sscc(wrong)


@pytest.mark.parametrize(
    "make",
    [
        lambda: sscc("0614141", 10, 1),
        lambda: sscc("0614141", 1, 10**9),
        lambda: sscc("0614141", 1, -1),
        lambda: sscc_of("0614141", 10**10),
        lambda: gln("0614141", 10**5),
        lambda: gln("061414112345", 1),
        lambda: sgtin_urn("0614142", "80614141123458", "1"),
        lambda: sgtin_urn("0614141", "0614141123458", "1"),
        lambda: sscc_urn("0614141", "106141412345678909"),
        lambda: sscc_urn("0614142", "106141412345678908"),
        lambda: sgln_urn("0614142", "0614141123452"),
        lambda: sgln_urn("0614141", "0614141123453"),
    ],
)
def test_what_does_not_fit_or_is_not_the_companys_is_refused(make):
    with pytest.raises(ValueError, match=r"fit|company"):
        make()


def test_a_company_with_twelve_digits_has_one_place():
    assert gln("061414112345", 0) == "0614141123452"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("0614141", True),
        ("690123", True),
        ("12345", False),
        ("1" * 13, False),
        ("69012x5", False),
        ("٦٩٠١٢٣٤", False),
    ],
)
def test_a_company_prefix_has_six_to_twelve_digits(text, holds):
    assert is_company_prefix(text) is holds


def test_a_text_of_another_length_is_neither_gln_nor_sscc():
    assert not is_gln("106141412345678908")
    assert not is_sscc("0614141123452")
    assert number_of_sscc("0614141", "x" * 18) is None
