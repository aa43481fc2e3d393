"""The AI string of GB/T 33993: order, separators, dates, and what the standard keeps out."""

from datetime import date

import pytest

from app.codes.rules.element_string import GoodsData, element_string, human_readable

GTIN = "06901234567892"
MADE, EXPIRES = date(2026, 10, 1), date(2027, 9, 30)


def test_all_fields_stand_in_order_with_one_separator():
    goods = GoodsData(GTIN, "L01", "K7ZK3Q9M2XWB4T6H", MADE, EXPIRES)
    assert element_string(goods) == f"01{GTIN}11261001" + "17270930" + "10L01\x1d21K7ZK3Q9M2XWB4T6H"
    assert human_readable(goods) == f"(01){GTIN}(11)261001(17)270930(10)L01(21)K7ZK3Q9M2XWB4T6H"


def test_the_gtin_alone_is_enough():
    assert element_string(GoodsData(GTIN)) == f"01{GTIN}"


def test_a_last_field_of_variable_length_needs_no_separator():
    assert element_string(GoodsData(GTIN, lot="L01")) == f"01{GTIN}10L01"


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"gtin14": "6901234567892"}, "length"),
        ({"gtin14": "06901234567893"}, "check_digit"),
        ({"lot": "x" * 21}, "length"),
        ({"serial": "x" * 21}, "length"),
        ({"lot": "A/B"}, "characters"),
        ({"serial": "a%b"}, "characters"),
        ({"lot": "批号"}, "characters"),
    ],
)
def test_what_the_standard_keeps_out_is_refused(wrong, fault):
    with pytest.raises(ValueError, match=fault):
        GoodsData(**{"gtin14": GTIN, **wrong})
