"""WeChat's indexes and raw codes against our numbers."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.rules.markets import (
    RECORD,
    IndexRun,
    TwinCodes,
    index_of,
    indexes_of,
    numbered,
    offset_of,
    sorted_tables,
    table_of,
)

RAW = st.text("0123456789abcXYZ", min_size=9, max_size=9)


@st.composite
def some_runs(draw):
    """Disjoint closed ranges with gaps, numbered from anywhere."""
    sizes = draw(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 50)), min_size=1, max_size=6))
    at, ranges = 0, []
    for gap, size in sizes:
        ranges.append((at + gap, at + gap + size - 1))
        at += gap + size
    return numbered(draw(st.permutations(ranges)), draw(st.integers(1, 1000)))


@given(some_runs())
def test_every_index_has_its_number_and_no_other_has_it(runs):
    numbers = [run.number_of(index) for run in runs for index in range(run.start, run.end + 1)]
    first = runs[0].first_no
    assert numbers == list(range(first, first + len(numbers)))
    assert all(
        index_of(runs, run.number_of(index)) == index for run in runs for index in range(run.start, run.end + 1)
    )
    assert index_of(runs, first - 1) is None
    assert index_of(runs, first + len(numbers)) is None


@given(some_runs(), st.data())
def test_a_range_of_numbers_is_the_fewest_ranges_of_indexes(runs, data):
    size = sum(run.size for run in runs)
    lo = runs[0].first_no + data.draw(st.integers(0, size - 1))
    hi = data.draw(st.integers(lo + 1, runs[0].first_no + size))
    found = indexes_of(runs, lo, hi)
    assert [index for start, end in found for index in range(start, end + 1)] == [
        index_of(runs, number) for number in range(lo, hi)
    ]
    assert all(left[1] + 1 < right[0] for left, right in pairwise(found))


def test_files_that_touch_are_one_range():
    runs = numbered([(0, 3_999), (4_000, 7_999), (8_000, 9_999)], 501)
    assert indexes_of(runs, 501, 10_501) == [(0, 9_999)]
    assert indexes_of(runs, 600, 4_600) == [(99, 4_098)]


@pytest.mark.parametrize("ranges", [[(0, 5), (5, 9)], [(3, 2)], [(0, 9), (2, 3)]])
def test_ranges_that_overlap_or_are_empty_are_refused(ranges):
    with pytest.raises(ValueError, match="disjoint"):
        numbered(ranges, 1)


@given(st.sets(RAW, min_size=1, max_size=200), st.integers(1, 4), RAW)
def test_a_map_finds_every_code_it_holds_and_none_else(codes, parts, other):
    rows = [(code, offset) for offset, code in enumerate(sorted(codes, key=hash))]
    tables = [table_of(rows[part::parts], len(rows[part::parts])) for part in range(parts)]
    table = np.concatenate(list(sorted_tables([one for one in tables if len(one)])))
    assert all(offset_of(table, code) == offset for code, offset in rows)
    assert offset_of(table, other) == dict(rows).get(other)
    assert offset_of(table, "") is None


def test_a_map_takes_thirteen_bytes_a_code():
    assert RECORD.itemsize == 13
    assert len(table_of([("ABCDEFGHI", 7)], 1).tobytes()) == 13


def test_a_raw_code_that_stands_for_two_numbers_is_found_across_files():
    tables = [table_of([("ABCDEFGHI", 0), ("XBCDEFGHI", 1)], 2), table_of([("XBCDEFGHI", 2)], 1)]
    with pytest.raises(TwinCodes):
        list(sorted_tables(tables))


def test_a_file_with_too_few_rows_is_refused():
    with pytest.raises(ValueError, match="another number"):
        table_of([("ABCDEFGHI", 0)], 2)


def test_a_run_counts_both_ends():
    assert IndexRun(5, 9, 100).size == 5
