"""What is a GS1 Digital Link and what is not, by the rules of URI syntax 1.6; GTINs and serials are made up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.rules.application_identifiers import IDENTIFIERS, SETS, check_digit, value_fault
from app.codes.rules.digital_link import KEYS, BadLink, DigitalLink, digital_link, parse_link, write_link
from app.codes.rules.scanned import Scanned, scanned_code
from app.codes.rules.text import ALPHABET

GTIN = "06901234567892"
SSCC = "069012345000000011"
GLN = "6901234000009"
CODE = "K7ZK3Q9M2XWB4T6H"
HOST = "https://q.example.com"

ACCEPTED = [
    (f"{HOST}/01/{GTIN}", (("01", GTIN),)),
    (f"http://localhost:8000/01/{GTIN}", (("01", GTIN),)),
    (f"HTTPS://Q.EXAMPLE.COM/01/{GTIN}/21/{CODE}", (("01", GTIN), ("21", CODE))),
    (f"{HOST}/some/path/01/{GTIN}/21/{CODE}", (("01", GTIN), ("21", CODE))),
    (f"{HOST}/01/01/{GTIN}", (("01", GTIN),)),
    (f"{HOST}/01/{GTIN}/22/2A/10/L1/21/{CODE}", (("01", GTIN), ("22", "2A"), ("10", "L1"), ("21", CODE))),
    (f"{HOST}/01/{GTIN}/22/2A/21/{CODE}", (("01", GTIN), ("22", "2A"), ("21", CODE))),
    (f"{HOST}/01/{GTIN}/10/A%2FB%25c", (("01", GTIN), ("10", "A/B%c"))),
    (f"{HOST}/01/{GTIN}/10/a+b", (("01", GTIN), ("10", "a+b"))),
    (f"{HOST}/01/{GTIN}/21/{'x' * 20}", (("01", GTIN), ("21", "x" * 20))),
    (f"{HOST}/01/{GTIN}/235/2TPX", (("01", GTIN), ("235", "2TPX"))),
    (f"{HOST}/01/{GTIN}#fragment", (("01", GTIN),)),
    (f"{HOST}/01/{GTIN}?&&", (("01", GTIN),)),
    (f"{HOST}/00/{SSCC}", (("00", SSCC),)),
    (f"{HOST}/414/{GLN}", (("414", GLN),)),
    (f"{HOST}/414/{GLN}/254/A-12", (("414", GLN), ("254", "A-12"))),
    (f"{HOST}/415/{GLN}/8020/INV7", (("415", GLN), ("8020", "INV7"))),
    (f"{HOST}/8010/0614141ABC/8011/12", (("8010", "0614141ABC"), ("8011", "12"))),
]

REFUSED = [
    ("", "address", None),
    ("K7ZK 3Q9M", "characters", None),
    (f"q.example.com/01/{GTIN}", "address", None),
    (f"ftp://q.example.com/01/{GTIN}", "address", None),
    (f"Https://q.example.com/01/{GTIN}", "address", None),
    (f"https://somebody@q.example.com/01/{GTIN}", "address", None),
    (f"https:///01/{GTIN}", "address", None),
    (f"https://q_x.example.com/01/{GTIN}", "address", None),
    (f"{HOST}/01/{GTIN}/21/中", "characters", None),
    (f"{HOST}/01/{GTIN}/21/a%2", "characters", None),
    (f"{HOST}/01/{GTIN}/21/a%zz", "characters", None),
    (f"{HOST}/01/{GTIN}/" + "a" * 2000, "too_long", None),
    (f"{HOST}", "address", None),
    (f"{HOST}/", "no_key", None),
    (f"{HOST}/S/{CODE}", "no_key", None),
    (f"{HOST}/gtin/{GTIN}/ser/{CODE}", "no_key", None),
    (f"{HOST}/01/{GTIN}/ser/{CODE}", "no_key", None),
    (f"{HOST}/01/{GTIN}/", "no_key", None),
    (f"{HOST}/01/{GTIN}/21", "no_key", None),
    (f"{HOST}/10/L1/21/{CODE}", "no_key", None),
    (f"{HOST}/01/{GTIN}/9999/x", "no_key", None),
    (f"{HOST}/01/{GTIN[:-1]}3", "check_digit", "01"),
    (f"{HOST}/01/{GTIN[1:]}", "length", "01"),
    (f"{HOST}/01/0{GTIN}", "length", "01"),
    (f"{HOST}/01/0690123456789X", "characters", "01"),
    (f"{HOST}/01//21/{CODE}", "empty", "01"),
    (f"{HOST}/01/{GTIN}/10//21/{CODE}", "empty", "10"),
    (f"{HOST}/01/{GTIN}/21/{'x' * 21}", "length", "21"),
    (f"{HOST}/01/{GTIN}/10/a%20b", "characters", "10"),
    (f"{HOST}/01/{GTIN}/10/a%00b", "characters", "10"),
    (f"{HOST}/01/{GTIN}/10/%E4%B8%AD", "characters", "10"),
    (f"{HOST}/01/{GTIN}/21/{CODE}/10/L1", "qualifier_order", "21"),
    (f"{HOST}/01/{GTIN}/10/L1/22/2A", "qualifier_order", "10"),
    (f"{HOST}/01/{GTIN}/21/a/21/b", "qualifier_order", "21"),
    (f"{HOST}/01/{GTIN}/21/{CODE}/235/x", "qualifier_order", "21"),
    (f"{HOST}/01/{GTIN}/254/x", "qualifier_order", "254"),
    (f"{HOST}/01/{GTIN}/17/271231", "qualifier_order", "17"),
    (f"{HOST}/414/{GLN}/21/x", "qualifier_order", "21"),
    (f"{HOST}/00/{SSCC}/21/x", "qualifier_order", "21"),
    (f"{HOST}/415/{GLN}", "qualifier_missing", "8020"),
    (f"{HOST}/00/{SSCC[:-1]}9", "check_digit", "00"),
    (f"{HOST}/414/{GLN[:-1]}1", "check_digit", "414"),
    (f"{HOST}/01/{GTIN}?21={CODE}", "belongs_in_path", "21"),
    (f"{HOST}/01/{GTIN}?01={GTIN}", "belongs_in_path", "01"),
    (f"{HOST}/01/{GTIN}?17=271231&17=271231", "repeated", "17"),
    (f"{HOST}/01/{GTIN}?8888=1", "unknown_identifier", "8888"),
    (f"{HOST}/01/{GTIN}?5=1", "unknown_identifier", "5"),
    (f"{HOST}/01/{GTIN}?17=", "empty", "17"),
    (f"{HOST}/01/{GTIN}?17", "empty", "17"),
    (f"{HOST}/01/{GTIN}?17=271301", "date", "17"),
    (f"{HOST}/01/{GTIN}?17=270431", "date", "17"),
    (f"{HOST}/01/{GTIN}?17=27123", "length", "17"),
    (f"{HOST}/01/{GTIN}?240=a+b", "characters", "240"),
]


@pytest.mark.parametrize(("address", "path"), ACCEPTED)
def test_what_the_syntax_allows_is_read(address, path):
    link = parse_link(address)
    assert isinstance(link, DigitalLink), link
    assert link.path == path


@pytest.mark.parametrize(("address", "reason", "identifier"), REFUSED)
def test_what_the_syntax_forbids_is_refused_with_its_reason(address, reason, identifier):
    assert parse_link(address) == BadLink(reason, identifier)


def test_attributes_and_other_parameters_are_told_apart():
    link = parse_link(f"{HOST}/01/{GTIN}?17=271200&linkType=gs1:pip&3103=000750&x=1%262")
    assert link.attributes == (("17", "271200"), ("3103", "000750"))
    assert link.extras == (("linkType", "gs1:pip"), ("x", "1&2"))
    assert (link.get("17"), link.get("01"), link.get("21")) == ("271200", GTIN, None)


def test_the_canonical_address_has_no_attributes_and_can_be_cut_to_the_product():
    link = parse_link(f"{HOST}/shop/01/{GTIN}/10/A%2fB/21/{CODE}?17=271231#x")
    assert link.canonical() == f"{HOST}/shop/01/{GTIN}/10/A%2FB/21/{CODE}"
    assert link.canonical(upto=1) == f"{HOST}/shop/01/{GTIN}"


def test_the_printed_link_is_read_back_and_carries_lot_and_date():
    printed = digital_link("https://q.example.com/", GTIN, CODE, lot="L/1", expires_on=date(2027, 1, 2))
    assert printed == f"HTTPS://Q.EXAMPLE.COM/01/{GTIN}/10/L%2F1/21/{CODE}?17=270102"
    link = parse_link(printed)
    assert link.path == (("01", GTIN), ("10", "L/1"), ("21", CODE))


def test_without_a_lot_the_printed_link_stays_in_the_alphanumeric_mode_of_a_qr_code():
    printed = digital_link("https://q.example.com", GTIN, CODE)
    assert set(printed) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@pytest.mark.parametrize(("gtin", "lot"), [(GTIN[1:], None), (GTIN[:-1] + "3", None), (GTIN, "x" * 21)])
def test_what_cannot_be_printed_raises(gtin, lot):
    with pytest.raises(ValueError, match="no Digital Link"):
        digital_link(HOST, gtin, CODE, lot=lot)


@given(
    body=st.text("0123456789", min_size=13, max_size=13),
    lot=st.text(SETS["X"], min_size=1, max_size=20),
    serial=st.text(SETS["X"], min_size=1, max_size=20),
)
def test_whatever_is_written_is_read_back(body, lot, serial):
    gtin = body + str(check_digit(body))
    path = (("01", gtin), ("10", lot), ("21", serial))
    assert parse_link(write_link(HOST, path)).path == path


@given(st.text(max_size=80))
def test_no_text_makes_the_parser_stumble(text):
    for address in (text, f"{HOST}/01/{text}", f"{HOST}/01/{GTIN}?{text}"):
        assert isinstance(parse_link(address), BadLink | DigitalLink)


@given(digits=st.text("0123456789", min_size=13, max_size=13), place=st.integers(0, 12), other=st.integers(1, 9))
def test_no_single_wrong_digit_passes_the_check(digits, place, other):
    gtin = digits + str(check_digit(digits))
    wrong = gtin[:place] + str((int(gtin[place]) + other) % 10) + gtin[place + 1 :]
    assert value_fault("01", wrong) == "check_digit"


def test_the_table_of_identifiers_is_complete_where_links_need_it():
    assert set(KEYS) <= set(IDENTIFIERS)
    assert {"11", "17", "3100", "3695", "7039", "8030", "99", "394" + "3"} <= set(IDENTIFIERS)
    assert not {"04", "14", "18", "3106", "3180", "3380", "3590", "3700", "9"} & set(IDENTIFIERS)


@pytest.mark.parametrize(
    ("identifier", "value", "fault"),
    [
        ("8003", "06901234567892", None),
        ("8003", "06901234567892ASSET", None),
        ("8003", "06901234567893", "check_digit"),
        ("7007", "270101", None),
        ("7007", "270101270131", None),
        ("7007", "2701012701", "length"),
        ("3932", "156199", None),
        ("8010", "abc", "characters"),
        ("253", "6901234000009A", None),
        ("17", "240229", None),
    ],
)
def test_values_of_several_components(identifier, value, fault):
    assert value_fault(identifier, value) == fault


@pytest.mark.parametrize(
    ("text", "scanned"),
    [
        (CODE, Scanned(CODE)),
        ("k7zk-3q9m-2xwb-4t6h", Scanned("k7zk-3q9m-2xwb-4t6h")),
        (f"HTTPS://Q.EXAMPLE.COM/S/{CODE}", Scanned(CODE)),
        (f"https://q.example.com/s/{CODE}?utm=1", Scanned(CODE)),
        (f"{HOST}/01/{GTIN}/10/L/21/{CODE}?17=270101", Scanned(CODE, GTIN)),
        (f"{HOST}/01/{GTIN}", None),
        (f"{HOST}/01/{GTIN[:-1]}3/21/{CODE}", None),
        (f"{HOST}/00/{SSCC}", None),
        (f"{HOST}/elsewhere", None),
        (f"{HOST}/S/{'x' * 500}", None),
    ],
)
def test_a_scan_hands_over_a_code_in_any_of_its_forms(text, scanned):
    assert scanned_code(text) == scanned


def test_codes_are_legal_serials():
    assert set(ALPHABET) <= set(SETS["X"])
