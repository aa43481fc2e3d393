"""Packing puts each child into one parent, at any depth, in as few rows as possible."""

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app import codes
from app.codes import errors
from app.codes.actions.windows import lock_packing
from app.codes.models import PackingRow
from app.codes.queries import children_of
from app.codes.rules.packing import BLOCK
from tests.builders.catalog import a_sku
from tests.builders.codes import a_batch, packed_batches


def pack(session, parents, children, per_parent, at):
    return codes.pack(
        session, parents_batch_id=parents.id, children_batch_id=children.id, per_parent=per_parent, at=at
    )


def rows(session):
    return session.scalar(select(func.count()).select_from(PackingRow))


def test_a_unit_knows_its_case_and_pallet(session):
    packed = packed_batches(session, pallets=2, cases_per_pallet=4, units_per_case=6)
    units, cases, pallets = packed.units, packed.cases, packed.pallets
    for place in range(48):
        path = codes.ancestors(session, units.lo + place)
        assert path == (units.lo + place, cases.lo + place // 6, pallets.lo + place // 24)
    assert codes.check_invariants(session) == []


def test_any_depth_is_walked(session, at):
    sku = a_sku(session)
    levels = [a_batch(session, sku=sku, level=f"level-{depth}", count=2**depth) for depth in range(7, -1, -1)]
    for children, parents in pairwise(levels):
        pack(session, parents, children, 2, at)
    assert codes.ancestors(session, levels[0].hi - 1) == tuple(batch.hi - 1 for batch in levels)


def test_a_whole_batch_is_one_row(session, at):
    units, cases = a_batch(session, count=240_000), a_batch(session, level="case", count=10_000)
    pack(session, cases, units, 24, at)
    assert rows(session) == 1
    assert codes.ancestors(session, units.hi - 1) == (units.hi - 1, cases.hi - 1)


def test_the_last_parent_may_hold_fewer_and_the_next_batch_goes_on_after_it(session, at):
    cases = a_batch(session, level="case", count=5)
    first, second = a_batch(session, count=10), a_batch(session, count=8)
    pack(session, cases, first, 4, at)
    pack(session, cases, second, 4, at)
    assert codes.ancestors(session, first.hi - 1)[-1] == cases.lo + 2
    assert codes.ancestors(session, second.lo)[-1] == cases.lo + 3


def test_too_few_parents_are_refused(session, at):
    units, cases = a_batch(session, count=49), a_batch(session, level="case", count=2)
    with pytest.raises(errors.TooFewParents) as refusal:
        pack(session, cases, units, 24, at)
    assert refusal.value.details == {"needed": 3, "free": 2}


def test_packing_the_same_batch_again_is_refused(session, at):
    units, cases = a_batch(session, count=48), a_batch(session, level="case", count=9)
    pack(session, cases, units, 24, at)
    with pytest.raises(errors.AlreadyPacked) as refusal:
        pack(session, cases, units, 24, at)
    assert refusal.value.details == {"lo": units.lo, "hi": units.hi}


def test_a_batch_in_itself_or_in_what_it_holds_is_refused(session, at):
    packed, loose = packed_batches(session), a_batch(session)
    with pytest.raises(errors.PackedInItself):
        pack(session, loose, loose, 1, at)
    with pytest.raises(errors.PackedInItself):
        pack(session, packed.units, packed.pallets, 1, at)


def test_an_unknown_batch_is_refused(session, at):
    units = a_batch(session)
    with pytest.raises(errors.UnknownBatch):
        codes.pack(session, parents_batch_id=1, children_batch_id=units.id, per_parent=1, at=at)


def test_a_line_reports_its_cases_and_rejects_stay_without_parent(session, at):
    units, cases = a_batch(session, count=20), a_batch(session, level="case", count=3)
    ranges = [(units.lo, units.lo + 6, cases.lo), (units.lo + 7, units.lo + 13, cases.lo + 1)]
    codes.pack_ranges(session, ranges=ranges, at=at)
    assert codes.ancestors(session, units.lo + 6) == (units.lo + 6,)
    assert codes.ancestors(session, units.lo + 7)[-1] == cases.lo + 1
    assert codes.ancestors(session, units.lo + 13) == (units.lo + 13,)


def test_cases_reported_one_by_one_in_order_become_one_row(session, at):
    units, cases = a_batch(session, count=60), a_batch(session, level="case", count=10)
    ranges = [(units.lo + 6 * place, units.lo + 6 * place + 6, cases.lo + place) for place in range(10)]
    codes.pack_ranges(session, ranges=ranges[::-1], at=at)
    assert rows(session) == 1
    assert codes.ancestors(session, units.lo + 31)[-1] == cases.lo + 5


@pytest.mark.parametrize("shift", [-5, -1, 0, 1, 5])
def test_a_child_in_two_parents_is_refused(session, at, shift):
    units, cases = a_batch(session, count=30), a_batch(session, level="case", count=3)
    codes.pack_ranges(session, ranges=[(units.lo + 10, units.lo + 16, cases.lo)], at=at)
    again = (units.lo + 10 + shift, units.lo + 16 + shift, cases.lo + 1)
    with pytest.raises(errors.AlreadyPacked):
        codes.pack_ranges(session, ranges=[again], at=at)


def test_ranges_that_overlap_each_other_are_refused(session, at):
    units, cases = a_batch(session, count=30), a_batch(session, level="case", count=3)
    ranges = [(units.lo, units.lo + 6, cases.lo), (units.lo + 5, units.lo + 11, cases.lo + 1)]
    with pytest.raises(errors.RangesOverlap):
        codes.pack_ranges(session, ranges=ranges, at=at)


@pytest.mark.parametrize(("lo", "hi", "parent"), [(0, 5, 31), (28, 32, 31), (1, 5, 34), (5, 5, 31), (1, 5, 0)])
def test_ranges_outside_of_a_batch_are_refused(session, at, lo, hi, parent):
    a_batch(session, count=30)
    a_batch(session, level="case", count=3)
    with pytest.raises(errors.RangeOutsideBatch):
        codes.pack_ranges(session, ranges=[(lo, hi, parent)], at=at)


def test_ranges_that_close_a_circle_together_are_refused(session, at):
    one, other = a_batch(session, level="case", count=2), a_batch(session, level="case", count=2)
    with pytest.raises(errors.PackedInItself):
        codes.pack_ranges(session, ranges=[(1, 2, other.lo), (other.lo + 1, other.hi, one.lo + 1)], at=at)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8), st.integers(0, 9)), max_size=10))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_reports_of_a_line_leave_what_a_naive_map_says(session, at, reports):
    units, cases = a_batch(session, count=48), a_batch(session, level="case", count=10)
    parents = {}
    for first, size, case in reports:
        lo, parent = units.lo + first, cases.lo + case
        children = range(lo, lo + size)
        try:
            codes.pack_ranges(session, ranges=[(lo, lo + size, parent)], at=at)
        except errors.AlreadyPacked:
            assert any(child in parents for child in children)
        else:
            assert not any(child in parents for child in children)
            parents |= dict.fromkeys(children, parent)
    for number in range(units.lo, units.hi):
        expected = (number, parents[number]) if number in parents else (number,)
        assert codes.ancestors(session, number) == expected
    assert codes.check_invariants(session) == []


def test_racing_packings_of_one_batch_have_one_winner(app, committed, at):
    with committed() as session:
        units, cases = a_batch(session, count=48), a_batch(session, level="case", count=48)

    def try_to_pack(_):
        try:
            with app.app_context(), committed() as session:
                pack(session, cases, units, 24, at)
        except errors.AlreadyPacked:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_to_pack, range(16))) == 1


def test_racing_packings_never_close_a_circle(app, committed, at):
    with committed() as session:
        batches = [a_batch(session, level="case", count=1) for _ in range(4)]

    def try_to_pack(place):
        try:
            with app.app_context(), committed() as session:
                pack(session, batches[(place + 1) % 4], batches[place], 1, at)
        except errors.PackedInItself:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(try_to_pack, range(4))) == 3


def test_a_fully_shuffled_batch_answers_like_a_dictionary_and_takes_three_bytes_a_unit(session, at):
    units, cases = a_batch(session, count=9600), a_batch(session, level="case", count=400)
    pallets = a_batch(session, level="pallet", count=8)
    places = list(range(9600))
    random.Random(7).shuffle(places)
    parents = {units.lo + place: cases.lo + index // 24 for index, place in enumerate(places)}
    codes.pack_ranges(session, ranges=[(unit, unit + 1, case) for unit, case in parents.items()], at=at)
    pack(session, pallets, cases, 50, at)
    assert rows(session) == 9600 // BLOCK + 2
    for unit, case in parents.items():
        pallet = pallets.lo + (case - cases.lo) // 50
        if unit % 7 == 0:
            assert codes.ancestors(session, unit) == (unit, case, pallet)
    for case in range(cases.lo, cases.hi, 20):
        inside = [child for lo, hi in children_of(session, case) for child in range(lo, hi)]
        assert inside == sorted(unit for unit, parent in parents.items() if parent == case)
        assert codes.count_children(session, case) == 24
    assert codes.check_invariants(session) == []


def test_two_lines_that_draw_from_one_roll_and_rejects_repacked_later_share_the_blocks(session, at):
    units, cases = a_batch(session, count=960), a_batch(session, level="case", count=99)
    for line in (0, 1):
        own = [
            (n, n + 1, cases.lo + line * 20 + (n - units.lo) // 48) for n in range(units.lo + line, units.hi, 2)
        ]
        codes.pack_ranges(session, ranges=own[1:] if line else own, at=at)
    codes.pack_ranges(session, ranges=[(units.lo + 1, units.lo + 2, cases.lo + 40)], at=at)
    assert codes.ancestors(session, units.lo + 1)[-1] == cases.lo + 40
    assert codes.ancestors(session, units.lo + 3)[-1] == cases.lo + 20
    with pytest.raises(errors.AlreadyPacked):
        codes.pack_ranges(session, ranges=[(units.lo + 3, units.lo + 4, cases.lo + 40)], at=at)
    with pytest.raises(errors.AlreadyPacked):
        pack(session, cases, units, 24, at)
    assert codes.check_invariants(session) == []


def test_the_children_of_a_parent_are_found_in_runs_of_every_length(session, at):
    packed = packed_batches(session, pallets=3, cases_per_pallet=5, units_per_case=7)
    for place in range(15):
        lo = packed.units.lo + 7 * place
        assert children_of(session, packed.cases.lo + place) == [(lo, lo + 7)]
    assert children_of(session, packed.pallets.lo + 2) == [(packed.cases.lo + 10, packed.cases.lo + 15)]
    assert children_of(session, packed.units.lo) == []


def test_minting_does_not_wait_for_a_long_packing(app, committed):
    with committed() as session:
        sku = a_sku(session)

    def mint():
        with app.app_context(), committed() as session:
            return a_batch(session, sku=sku).hi

    with ThreadPoolExecutor(1) as pool, committed() as packing:
        lock_packing(packing)
        assert pool.submit(mint).result(timeout=10)
