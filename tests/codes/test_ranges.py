"""Ranges keep exactly the numbers they should, however they are cut, united and joined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.rules.ranges import Range, RangeSet, Run, first_clash, joined

numbers = st.integers(0, 60)
ranges = st.tuples(numbers, numbers).filter(lambda pair: pair[0] < pair[1])


def members(*parts):
    return {number for lo, hi in parts for number in range(lo, hi)}


@given(st.lists(ranges, max_size=12))
def test_a_set_holds_the_union_of_its_ranges_and_nothing_else(parts):
    united = RangeSet.of(parts)
    assert {number for number in range(-1, 65) if number in united} == members(*parts)


@given(st.lists(ranges, max_size=12))
def test_a_set_is_disjoint_and_ordered(parts):
    united = RangeSet.of(parts)
    bounds = [bound for pair in zip(united.starts, united.ends, strict=True) for bound in pair]
    assert bounds == sorted(set(bounds))


@given(ranges, ranges)
def test_what_is_cut_out_and_what_is_left_make_up_the_whole(whole, cut):
    rest = Range(*whole).without(Range(*cut))
    kept = members(*((part.lo, part.hi) for part in rest))
    assert kept == members(whole) - members(cut)
    assert len(kept) == sum(part.size for part in rest)


@given(ranges, ranges)
def test_covering_and_overlapping_mean_what_sets_mean(one, other):
    assert Range(*one).covers(Range(*other)) == (members(other) <= members(one))
    assert Range(*one).overlaps(Range(*other)) == bool(members(one) & members(other))


@pytest.mark.parametrize(("lo", "hi"), [(1, 1), (2, 1), (-1, 1)])
def test_an_empty_or_negative_range_is_refused(lo, hi):
    with pytest.raises(ValueError, match="lo < hi"):
        Range(lo, hi)


@pytest.mark.parametrize(("lo", "hi", "parent", "per"), [(0, 0, 1, 1), (0, 2, 1, 0), (0, 2, -1, 2)])
def test_an_impossible_run_is_refused(lo, hi, parent, per):
    with pytest.raises(ValueError, match="at least one child"):
        Run(lo, hi, parent, per)


def parents_of(runs):
    return {number: run.parent_of(number) for run in runs for number in range(run.lo, run.hi)}


@st.composite
def packings(draw):
    """What a line reports: cases of some sizes in some order, with gaps where units were rejected."""
    lo, runs = 0, []
    parents = draw(st.lists(st.integers(100, 112), max_size=14))
    for parent in parents:
        lo += draw(st.sampled_from([0, 0, 0, 1, 3]))
        size = draw(st.sampled_from([4, 4, 4, 2, 5]))
        runs.append(Run(lo, lo + size, parent, size))
        lo += size
    return draw(st.permutations(runs))


@given(packings())
def test_joining_runs_changes_no_parent(runs):
    assert parents_of(joined(runs)) == parents_of(runs)


@given(packings())
def test_joined_runs_are_ordered_and_disjoint(runs):
    result = joined(runs)
    assert result == sorted(result)
    assert first_clash(result) is None


@given(st.integers(1, 9), st.integers(1, 200), st.integers(0, 50))
def test_cases_packed_in_order_become_one_run(per_parent, count, parent_lo):
    whole = Run(7, 7 + count, parent_lo, per_parent)
    cases = [
        Run(lo, min(lo + per_parent, whole.hi), whole.parent_of(lo), min(per_parent, whole.hi - lo))
        for lo in range(7, whole.hi, per_parent)
    ]
    assert parents_of([whole]) == parents_of(cases)
    assert len(joined(cases)) == 1
    assert parents_of(joined(cases)) == parents_of([whole])
    assert {case.parent_lo for case in cases} == set(range(whole.parents.lo, whole.parents.hi))


@given(st.lists(ranges, max_size=8))
def test_a_clash_is_found_when_and_only_when_two_runs_share_a_child(parts):
    runs = [Run(lo, hi, 1, hi - lo) for lo, hi in parts]
    assert bool(first_clash(runs)) == (sum(hi - lo for lo, hi in parts) > len(members(*parts)))
