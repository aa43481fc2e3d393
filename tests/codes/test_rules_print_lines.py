"""The lines of a print file: every good code once and in order, the canaries among them like any other."""

import os

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.codes.rules import BatchIndex, BatchKey, Face, SlotKey, read_code
from app.codes.rules.blocks import BlockCipher
from app.codes.rules.print_lines import CHUNK, Sheet, Stock, canary_lines, lines_between, lines_of
from app.codes.rules.security import are_right, security_digits

SECRET = bytes(range(32))
CIPHER = BlockCipher(SECRET)
OUTER = SlotKey("K", Face.OUTER, "feistel10-aes", bytes(32))
INNER = SlotKey("S", Face.INNER, "feistel10-aes", bytes(range(32)))
PREFIX = "HTTPS://Q.EXAMPLE.COM/S/"


@st.composite
def stocks(draw):
    lo, size = draw(st.integers(1, 10**6)), draw(st.integers(1, 300))
    canaries = draw(st.integers(0, 12))
    return Stock(
        lo, lo + size, canary_lines(BlockCipher(draw(st.binary(min_size=32, max_size=32))), size, canaries)
    )


def written(stock, sheet, secret=SECRET):
    return b"".join(bytes(piece) for piece in lines_of(stock, sheet, secret))


@given(stocks())
def test_goods_stand_once_and_in_order_and_each_canary_where_it_is_said(stock):
    numbers = stock.numbers(0, stock.lines).tolist()
    goods = [number for number in numbers if number < stock.hi]
    assert goods == list(range(stock.lo, stock.hi))
    canaries = {line: number for line, number in enumerate(numbers) if number >= stock.hi}
    assert tuple(canaries) == stock.canary_lines
    assert list(canaries.values()) == list(range(stock.hi, stock.hi + len(canaries)))


@given(stocks(), st.integers(0, 320), st.integers(0, 320))
def test_any_part_of_the_lines_is_the_part_of_the_whole(stock, first, last):
    first, last = sorted((min(first, stock.lines), min(last, stock.lines)))
    whole = stock.numbers(0, stock.lines).tolist()
    assert stock.numbers(first, last).tolist() == whole[first:last]
    expected = [number for number in whole[first:last] if number < stock.hi]
    found = lines_between(stock, first + 1, last)
    assert (list(range(*found)) if found else []) == expected


def test_canaries_stand_in_the_same_lines_every_time_and_elsewhere_in_another_batch():
    assert canary_lines(CIPHER, 10**6, 5) == canary_lines(CIPHER, 10**6, 5)
    assert canary_lines(CIPHER, 10**6, 5) != canary_lines(BlockCipher(bytes(32)), 10**6, 5)
    assert canary_lines(CIPHER, 1, 4) != ()
    assert canary_lines(CIPHER, 10, 0) == ()


def test_canaries_prefer_no_part_of_the_file():
    lines = [line for n in range(400) for line in canary_lines(BlockCipher(n.to_bytes(32)), 999_997, 3)]
    counts, _ = np.histogram(lines, bins=10, range=(0, 10**6))
    assert counts.sum() == 1200
    assert counts.min() > 80
    assert counts.max() < 165


def test_a_csv_line_has_seq_faces_and_digits_that_all_belong_to_one_number():
    stock, sheet = (
        Stock(1000, 1000 + CHUNK + 7, (3, CHUNK - 1, CHUNK)),
        Sheet(PREFIX, (OUTER, INNER), security_code=True),
    )
    index = BatchIndex.of([BatchKey(1, 1000, 1000 + CHUNK + 10, "KS", SECRET)])
    rows = [line.split(",") for line in written(stock, sheet).decode().splitlines()]
    assert [int(row[0]) for row in rows] == list(range(1, stock.lines + 1))
    numbers = stock.numbers(0, stock.lines).tolist()
    for (_, outer, inner, digits), number in list(zip(rows, numbers, strict=True))[:: CHUNK // 500]:
        for text, face in ((outer, Face.OUTER), (inner, Face.INNER)):
            assert text.startswith(PREFIX)
            read = read_code(text.removeprefix(PREFIX), {"K": OUTER, "S": INNER}, index)
            assert (read.code_no, read.face) == (number, face)
        assert are_right(CIPHER, number, digits)
    assert len({row[1] for row in rows}) == stock.lines


def test_a_text_file_has_no_heading_and_no_seq():
    sheet = Sheet("http://q.cn/s/", (OUTER,), is_csv=False)
    assert (sheet.heading, sheet.columns) == (b"", ("outer_url",))
    lines = written(Stock(1, 4, (1,)), sheet).decode().splitlines()
    assert [line[:14] for line in lines] == ["http://q.cn/s/"] * 4
    assert Sheet("x", (OUTER,)).heading == b"seq,outer_url\n"


def test_every_line_is_as_wide_as_the_sheet_says():
    for sheet in (Sheet(PREFIX, (OUTER, INNER), security_code=True), Sheet(PREFIX, (OUTER,), is_csv=False)):
        lines = written(Stock(1, 50, (0, 9)), sheet).splitlines(keepends=True)
        assert {len(line) for line in lines} == {sheet.width}


@given(st.binary(min_size=32, max_size=32), st.integers(0, (1 << 40) - 1))
def test_security_digits_are_six_and_only_they_are_right(secret, code_no):
    cipher = BlockCipher(secret)
    digits = security_digits(cipher, code_no)
    assert len(digits) == 6
    assert digits.isdecimal()
    assert are_right(cipher, code_no, digits)
    assert not are_right(cipher, code_no, f"{(int(digits) + 1) % 10**6:06}")
    assert not are_right(cipher, code_no, "")


def test_security_digits_differ_from_code_to_code_and_batch_to_batch():
    mine = [security_digits(CIPHER, number) for number in range(2000)]
    theirs = [security_digits(BlockCipher(os.urandom(32)), number) for number in range(2000)]
    assert len(set(mine)) > 1980
    assert sum(one == other for one, other in zip(mine, theirs, strict=True)) < 5
