"""CSV as spreadsheets save and open it."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit import csv_text

TEXT = "门店,地址\r\n便民超市,南京东路1号\r\n"
printable = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_a_file_is_read_in_every_encoding_a_spreadsheet_saves(encoding):
    assert csv_text.decode(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("body", [b"\xff\xfe\x00\x01", b"PK\x03\x04\x00\x00\x00", b"\x81\xff"])
def test_what_is_no_text_is_refused(body):
    with pytest.raises(csv_text.NotText):
        csv_text.decode(body)


def test_rows_carry_the_line_they_end_on_and_blank_ones_are_left_out():
    assert list(csv_text.rows('a,b\n\n"x\ny",2\n , \nlast,3\n')) == [
        (1, ["a", "b"]),
        (4, ["x\ny", "2"]),
        (6, ["last", "3"]),
    ]


def test_a_quote_that_never_ends_is_refused():
    with pytest.raises(csv_text.NotText):
        list(csv_text.rows('a,b\n"open,2\n'))


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1"])
def test_no_text_becomes_a_formula(text):
    ((_, (cell,)),) = csv_text.rows(csv_text.line([text]))
    assert cell == f"'{text}"


def test_numbers_and_times_stay_what_they_are():
    at = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
    assert csv_text.line([-5, at, None, "便民超市"]) == "-5,2026-11-02 12:00:00,,便民超市\r\n"


@given(st.lists(printable, min_size=1, max_size=5))
def test_any_reader_gets_back_the_cells_without_a_formula_among_them(cells):
    (row,) = csv.reader(io.StringIO(csv_text.line(cells), newline=""))
    assert [cell.removeprefix("'") for cell in row] == [cell.removeprefix("'") for cell in cells]
    assert not any(cell.lstrip(" ").startswith(csv_text.FORMULA) for cell in row)
