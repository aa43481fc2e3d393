"""Cases that are opened, sampled, refilled and repaired keep saying the truth, and remember what was done."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app import codes
from app.codes import errors
from app.codes.actions import Why, close_parent, put_in, replace_code, take_out, unpack
from app.codes.models import PackingRow
from app.codes.queries import children_of, packing_events
from tests.builders.associations import parents
from tests.builders.catalog import a_sku
from tests.builders.codes import STAFF, a_batch, packed_batches, void


@pytest.fixture
def why(at):
    return Why("质检抽样", STAFF, at)


@pytest.fixture
def packed(session):
    return packed_batches(session, pallets=2, cases_per_pallet=4, units_per_case=6)


def test_an_unpacked_case_holds_nothing_and_its_neighbours_keep_theirs(session, packed, why):
    units, cases = packed.units, packed.cases
    assert unpack(session, parent_no=cases.lo + 2, why=why) == 6
    expected = [cases.lo + place // 6 if place // 6 != 2 else None for place in range(48)]
    assert parents(session, range(units.lo, units.hi)) == expected
    assert codes.count_children(session, cases.lo + 2) == 0
    assert codes.ancestors(session, cases.lo + 2) == (cases.lo + 2, packed.pallets.lo)
    with pytest.raises(errors.NothingPacked):
        unpack(session, parent_no=cases.lo + 2, why=why)


def test_a_sample_leaves_its_case_and_splits_the_run_rightly(session, packed, why):
    units, cases = packed.units, packed.cases
    take_out(session, code_nos=[units.lo + 14, units.lo + 16], why=why)
    expected = [cases.lo + place // 6 if place not in {14, 16} else None for place in range(48)]
    assert parents(session, range(units.lo, units.hi)) == expected
    assert children_of(session, cases.lo + 2) == [
        (units.lo + 12, units.lo + 14),
        (units.lo + 15, units.lo + 16),
        (units.lo + 17, units.lo + 18),
    ]
    with pytest.raises(errors.NotPacked) as refusal:
        take_out(session, code_nos=[units.lo, units.lo + 14], why=why)
    assert refusal.value.details == {"code_no": units.lo + 14}


def test_what_was_done_to_a_unit_is_told_youngest_first(session, packed, why, at):
    unit, old, new = packed.units.lo + 7, packed.cases.lo + 1, packed.cases.lo + 5
    since = session.scalar(select(PackingRow.packed_at).where(PackingRow.lo <= unit).limit(1))
    take_out(session, code_nos=[unit], why=why)
    put_in(session, parent_no=new, code_nos=[unit], why=Why("补箱", STAFF, at))
    unpack(session, parent_no=new, why=Why("退货", STAFF, at))
    told = [
        (event.kind, event.parent_no, event.reason, event.packed_at) for event in packing_events(session, unit)
    ]
    assert told == [
        ("unpacked", new, "退货", at),
        ("added", new, "补箱", None),
        ("removed", old, "质检抽样", since),
    ]
    assert [event.kind for event in packing_events(session, old)] == ["removed"]
    assert [event.kind for event in packing_events(session, packed.units.lo)] == []


def test_a_unit_that_is_packed_goes_into_no_other_case(session, packed, why):
    with pytest.raises(errors.AlreadyPacked):
        put_in(session, parent_no=packed.cases.lo, code_nos=[packed.units.hi - 1], why=why)


def test_a_replaced_unit_is_out_and_the_new_one_is_in_its_place(session, packed, why):
    old, new = packed.units.lo + 3, packed.units.lo + 40
    with pytest.raises(errors.AlreadyPacked):
        replace_code(session, old_no=old, new_no=new, why=why)


def test_a_free_unit_takes_the_place_of_a_broken_one_even_in_a_closed_case(session, packed, why):
    old, new = packed.units.lo + 3, packed.units.lo + 40
    take_out(session, code_nos=[new], why=why)
    close_parent(session, parent_no=packed.cases.lo, why=why)
    assert replace_code(session, old_no=old, new_no=new, why=why) == packed.cases.lo
    assert parents(session, [old, new]) == [None, packed.cases.lo]
    assert [event.kind for event in packing_events(session, old)] == ["replaced"]
    assert codes.count_children(session, packed.cases.lo) == 6


def test_a_closed_case_takes_nothing_until_it_is_unpacked(session, packed, why):
    case, unit = packed.cases.lo, packed.units.lo
    take_out(session, code_nos=[unit], why=why)
    assert close_parent(session, parent_no=case, why=why) == 5
    with pytest.raises(errors.ParentClosed):
        close_parent(session, parent_no=case, why=why)
    with pytest.raises(errors.ParentClosed):
        put_in(session, parent_no=case, code_nos=[unit], why=why)
    with pytest.raises(errors.ParentClosed):
        codes.pack_ranges(session, ranges=[(unit, unit + 1, case)], at=why.at)
    unpack(session, parent_no=case, why=why)
    assert put_in(session, parent_no=case, code_nos=[unit], why=why) == 1
    with pytest.raises(errors.NothingPacked):
        close_parent(session, parent_no=unit, why=why)


def test_what_does_not_fit_is_refused(session, packed, why):
    sku = a_sku(session)
    foreign, case = a_batch(session, sku=sku), packed.cases.lo
    take_out(session, code_nos=[packed.units.lo, packed.units.lo + 1], why=why)
    unpack(session, parent_no=packed.pallets.lo, why=why)
    with pytest.raises(errors.DoesNotFit):
        put_in(session, parent_no=case, code_nos=[foreign.lo], why=why)
    with pytest.raises(errors.DoesNotFit):
        put_in(session, parent_no=packed.units.lo, code_nos=[case], why=why)
    with pytest.raises(errors.DoesNotFit):
        put_in(session, parent_no=case, code_nos=[case + 1], why=why)
    with pytest.raises(errors.DoesNotFit):
        replace_code(session, old_no=packed.units.lo + 9, new_no=case, why=why)
    with pytest.raises(errors.RangeOutsideBatch):
        put_in(session, parent_no=case, code_nos=[2**39], why=why)
    void(session, lo=packed.units.lo, hi=packed.units.lo + 1, reason="打样", by=STAFF, at=why.at)
    with pytest.raises(errors.VoidCode):
        put_in(session, parent_no=case, code_nos=[packed.units.lo], why=why)


def test_one_sample_out_of_a_batch_of_millions_stays_a_few_rows(session, at, why):
    sku = a_sku(session)
    units = a_batch(session, sku=sku, count=2_400_000)
    cases = a_batch(session, sku=sku, level="case", count=100_000)
    codes.pack(session, parents_batch_id=cases.id, children_batch_id=units.id, per_parent=24, at=at)
    take_out(session, code_nos=[units.lo + 1_200_001], why=why)
    assert session.scalar(select(func.count()).select_from(PackingRow)) <= 4
    assert parents(session, [units.lo + 1_200_000, units.lo + 1_200_001, units.hi - 1]) == [
        cases.lo + 50_000, None, cases.hi - 1,
    ]  # fmt: skip
    put_in(session, parent_no=cases.lo + 50_000, code_nos=[units.lo + 1_200_001], why=why)
    assert codes.check_invariants(session) == []


def test_the_history_of_packing_cannot_be_rewritten(session, packed, why):
    unpack(session, parent_no=packed.cases.lo, why=why)
    with pytest.raises(DBAPIError, match="append"):
        session.execute(text("UPDATE codes_packing_event SET reason = 'x'"))


acts = st.lists(
    st.tuples(
        st.sampled_from(["unpack", "take_out", "put_in", "replace", "line"]),
        st.integers(0, 7),
        st.lists(st.integers(0, 47), min_size=1, max_size=9),
    ),
    max_size=12,
)


@given(acts)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_by_hand_a_dictionary_says_the_same(session, at, why, done):
    packed = packed_batches(session, pallets=2, cases_per_pallet=4, units_per_case=6)
    units, cases = packed.units, packed.cases
    model = {units.lo + place: cases.lo + place // 6 for place in range(48)}
    for act, case, places in done:
        numbers, parent_no = sorted({units.lo + place for place in places}), cases.lo + case
        model = _done(session, why, act, parent_no, numbers, model)
    assert parents(session, range(units.lo, units.hi)) == [
        model.get(number) for number in range(units.lo, units.hi)
    ]
    for parent_no in range(cases.lo, cases.hi):
        inside = [number for lo, hi in children_of(session, parent_no) for number in range(lo, hi)]
        assert inside == [number for number in sorted(model) if model[number] == parent_no]
    assert codes.check_invariants(session) == []


def _done(session, why, act, parent_no, numbers, model):
    """The dictionary after the act; the act is refused exactly when the dictionary says so."""
    packed_ones = [number for number in numbers if number in model]
    free_ones = [number for number in numbers if number not in model]
    if act == "unpack":
        left = {number: parent for number, parent in model.items() if parent != parent_no}
        if left == model:
            with pytest.raises(errors.NothingPacked):
                unpack(session, parent_no=parent_no, why=why)
        else:
            assert unpack(session, parent_no=parent_no, why=why) == len(model) - len(left)
        return left
    if act == "take_out":
        if free_ones:
            with pytest.raises(errors.NotPacked):
                take_out(session, code_nos=numbers, why=why)
            return model
        take_out(session, code_nos=numbers, why=why)
        return {number: parent for number, parent in model.items() if number not in numbers}
    if act == "replace" and packed_ones and free_ones:
        old, new = packed_ones[0], free_ones[0]
        assert replace_code(session, old_no=old, new_no=new, why=why) == model[old]
        return {number: parent for number, parent in model.items() if number != old} | {new: model[old]}
    if act in {"put_in", "line"} and free_ones:
        _fill(session, why, act, parent_no, free_ones)
        return model | dict.fromkeys(free_ones, parent_no)
    return model


def _fill(session, why, act, parent_no, numbers):
    if act == "put_in":
        put_in(session, parent_no=parent_no, code_nos=numbers, why=why)
    else:
        codes.pack_ranges(session, ranges=[(number, number + 1, parent_no) for number in numbers], at=why.at)
