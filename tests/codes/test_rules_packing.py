"""Runs and maps say what a plain dictionary says, however they are written, cut and rewritten."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.codes.rules.associations import GAP, WINDOW, Associations
from app.codes.rules.packing import BLOCK, MOST_RUNS, NOWHERE, Link, Packing, Window
from app.codes.rules.ranges import Run

AT = datetime(2026, 11, 1, tzinfo=UTC)
ONE, OTHER, LATER = Link(1, 9, AT), Link(1, 8, AT), Link(1, 9, AT + timedelta(hours=1))


def as_dict(rows):
    return {
        number: int(parent)
        for row in rows
        for number, parent in zip(range(row.lo, row.hi), row.parents(row.lo, row.hi), strict=True)
        if parent != NOWHERE
    }


def change(rows, parents, link=ONE):
    """Put children where a dictionary says, through one window."""
    lo, hi = min(parents), max(parents) + 1
    touched = [row for row in rows if row.hi >= lo and row.lo <= hi]
    for row in touched:
        lo, hi = row.widened(lo, hi)
    window = Window(lo, hi, touched)
    window.put(np.array(list(parents)), np.array(list(parents.values())), link)
    return sorted([row for row in rows if row not in touched] + window.packed(), key=lambda row: row.lo)


def packed(parents, link=ONE):
    return change([], parents, link)


numbers = st.integers(1, 3 * BLOCK)
# What a line does: a stretch in order, a stretch shuffled over some cases, a stretch taken out, a unit moved.
steps = st.lists(
    st.tuples(numbers, st.integers(1, 300), st.integers(1000, 1040), st.sampled_from([1, 3, 24, 0, -1, -40])),
    max_size=8,
)


def wanted(lo, size, first, how):
    if how > 0:
        return {number: first + (number - lo) // how for number in range(lo, lo + size)}
    draw = random.Random(lo * 1000 + size)
    return {number: draw.randrange(first, first - how) if how else NOWHERE for number in range(lo, lo + size)}


@given(steps, st.lists(st.sampled_from([ONE, OTHER, LATER]), min_size=8, max_size=8))
@settings(max_examples=300)
def test_any_changes_leave_what_a_dictionary_says(changes, links):
    rows, model = [], {}
    for step, link in zip(changes, links, strict=False):
        parents = wanted(*step)
        rows = change(rows, parents, link)
        model = {number: parent for number, parent in (model | parents).items() if parent != NOWHERE}
        assert as_dict(rows) == model
        assert all(one.hi <= other.lo for one, other in pairwise(rows))
        for row in rows:
            inside = [model[number] for number in range(row.lo, row.hi) if number in model]
            assert (row.parent_lo, row.parent_hi) == (min(inside), max(inside) + 1)
            assert row.parent_hi - row.parent_lo <= 2**row.reach < 2 * (row.parent_hi - row.parent_lo)
            for parent in {row.parent_lo, row.parent_hi - 1}:
                children = [number for lo, hi in row.children_of(parent) for number in range(lo, hi)]
                assert children == [n for n in range(row.lo, row.hi) if model.get(n) == parent]


@given(st.integers(2, 30), st.integers(2, 400), st.data())
def test_cutting_one_child_out_of_a_long_run_leaves_few_rows_and_every_other_parent(per_parent, count, data):
    whole = Packing.of_run(Run(1, 1 + count, 1000, per_parent), ONE)
    gone = data.draw(st.integers(1, count))
    rows = change([whole], {gone: NOWHERE})
    assert as_dict(rows) == {n: p for n, p in as_dict([whole]).items() if n != gone}
    assert len(rows) <= 4


def test_a_case_that_is_taken_out_and_put_back_leaves_the_run_as_it_was():
    whole = Packing.of_run(Run(1, 240_001, 1000_000, 24), ONE)
    without = change([whole], dict.fromkeys(range(1201, 1225), NOWHERE))
    assert len(without) == 2
    assert change(without, dict.fromkeys(range(1201, 1225), 1000_050)) == [whole]


def test_what_a_line_packs_in_order_is_one_run_across_windows():
    lo = list(range(5, 3 * WINDOW // 2, 24))
    given_ranges = Associations.of([(start, start + 24, 5_000_000 + place) for place, start in enumerate(lo)])
    rows = []
    for first, last, part in given_ranges.windows():
        touched = [row for row in rows if row.hi >= first and row.lo <= last]
        for row in touched:
            first, last = row.widened(first, last)  # noqa: PLW2901  # as the action does
        window = Window(first, last, touched)
        children, parents, _ = part.expanded()
        window.put(children, parents, ONE)
        rows = [row for row in rows if row not in touched] + window.packed()
    assert len(rows) == 1


def test_a_shuffled_line_becomes_maps_of_two_bytes_a_child():
    parents = wanted(BLOCK, 40 * BLOCK, 7000, -4800)
    rows = packed(parents)
    assert as_dict(rows) == parents
    assert len(rows) == 40
    assert all(len(row.offsets) == 2 * BLOCK for row in rows)


def test_a_block_becomes_a_map_only_when_runs_would_cost_more():
    cases = {place * 60 + child: 100 + place * 2 for place in range(9) for child in range(1, 25)}
    few = {child: parent for child, parent in cases.items() if parent < 100 + 2 * MOST_RUNS}
    assert [row.offsets for row in packed(few)] == [None] * MOST_RUNS
    dense = packed(cases)
    assert dense[0].offsets is not None
    assert as_dict(dense) == cases


def test_parents_too_far_apart_or_in_two_batches_stay_runs():
    far = {child: 100 + (child % 2) * 70_000 for child in range(1, 41)}
    assert len(packed(far)) == 40
    rows = change(packed({child: 100 + child % 3 for child in range(1, 200, 2)}), {2: 100, 4: 101}, OTHER)
    assert all(row.offsets is None for row in rows)


def test_a_map_is_as_young_as_its_latest_packing_and_a_run_never_mixes():
    rows = change(packed({child: 100 + child % 5 for child in range(1, 41)}), {20: 103}, LATER)
    assert {row.link.packed_at for row in rows} == {LATER.packed_at}
    rows = change(packed(dict.fromkeys(range(1, 25), 100)), dict.fromkeys(range(25, 49), 101), LATER)
    assert [row.link for row in rows] == [ONE, LATER]


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(1, 9)), max_size=40))
def test_repeated_children_are_found_and_only_they(parts):
    given_ranges = Associations.of([(lo, lo + size, 1000) for lo, size in parts])
    seen = set()
    for place, (lo, hi) in enumerate(zip(given_ranges.lo, given_ranges.hi, strict=True)):
        assert (place in given_ranges.repeated()) == bool(seen & set(range(lo, hi)))
        seen |= set(range(lo, hi))


def test_windows_are_bounded_and_leave_wide_gaps_out():
    scattered = Associations.of([(1 + place * (GAP + 2), 2 + place * (GAP + 2), 10**6) for place in range(50)])
    assert len(list(scattered.windows())) == 50
    wide = Associations.of([(n, n + 1000, 10**8) for n in range(1, 4 * WINDOW, 1000)])
    parts = list(wide.windows())
    assert sum(len(part) for _, _, part in parts) == len(wide)
    assert all(hi - lo <= WINDOW + 1000 + 3 * BLOCK for lo, hi, _ in parts)
