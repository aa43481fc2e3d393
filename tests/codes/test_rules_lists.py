"""Lists of codes are read as people write them, and ranges are cut without losing or inventing a number."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.rules.lists import code_on, numbered, ranges_of
from app.codes.rules.ranges import Range, RangeSet, Run

CODE = "K7ZK3Q9M2XWB4T6H"
numbers = st.sets(st.integers(0, 40))
bounds = st.tuples(st.integers(0, 40), st.integers(1, 10)).map(lambda pair: Range(pair[0], pair[0] + pair[1]))


@pytest.mark.parametrize(
    "line",
    [
        CODE,
        f"  {CODE}  ",
        f'"{CODE}",2026-11-02,1',
        f"HTTPS://Q.EXAMPLE.COM/S/{CODE}",
        f"https://q.example.com/s/{CODE}/",
        f"https://q.example.com/01/06901234567892/21/{CODE}?17=271001#x",
    ],
)
def test_the_code_of_a_line_is_its_first_column_without_the_address(line):
    assert code_on(line) == CODE


def test_empty_lines_are_passed_over_and_keep_their_number():
    assert list(numbered(["\ufeffA\n", "\n", "  \n", "B"])) == [(1, "A"), (4, "B")]


@given(numbers)
def test_numbers_become_the_fewest_ranges_that_hold_exactly_them(named):
    ranges = ranges_of(named)
    assert {number for lo, hi in ranges for number in range(lo, hi)} == named
    assert all(left[1] < right[0] for left, right in itertools.pairwise(ranges))


@given(numbers, bounds)
def test_common_and_missing_parts_of_a_range_make_the_whole(named, whole):
    held = RangeSet.of(ranges_of(named))
    common = {number for part in held.common(whole) for number in range(part.lo, part.hi)}
    missing = {number for part in held.missing(whole) for number in range(part.lo, part.hi)}
    everything = set(range(whole.lo, whole.hi))
    assert (common, missing) == (everything & named, everything - named)


@given(st.integers(1, 30), st.integers(1, 7), st.data())
def test_the_children_of_a_part_of_a_runs_parents_are_those_whose_parent_is_in_it(size, per_parent, data):
    run = Run(100, 100 + size, 500, per_parent)
    lo = data.draw(st.integers(run.parents.lo, run.parents.hi - 1))
    hi = data.draw(st.integers(lo + 1, run.parents.hi))
    first, end = run.children_of(Range(lo, hi))
    assert list(range(first, end)) == [n for n in range(run.lo, run.hi) if lo <= run.parent_of(n) < hi]
