"""Activation, freezes and withdrawals touch exactly the range that was named."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import codes
from app.codes import errors
from app.codes.errors import AlreadyActivated
from app.codes.queries import load_catalogue
from tests.builders.codes import STAFF, a_batch, an_active_batch, void

TODAY = date(2026, 11, 2)


def states(session, brand, batch):
    """The state of every code of a batch, by its place in it."""
    catalogue = load_catalogue(session, brand.id)
    return [catalogue.state_in(batch, number, on=TODAY).value for number in range(batch.lo, batch.hi)]


def freeze(session, batch, lo, hi, at, reason="质量检查"):
    return codes.states.freeze(session, lo=batch.lo + lo, hi=batch.lo + hi, reason=reason, by=STAFF, at=at)


def test_a_fresh_batch_is_inactive_and_only_the_named_range_becomes_active(session, brand, at):
    batch = a_batch(session, count=10)
    assert states(session, brand, batch) == ["inactive"] * 10
    codes.activate(session, batch_id=batch.id, lo=batch.lo + 2, hi=batch.lo + 5, by=STAFF, at=at)
    assert states(session, brand, batch) == ["inactive"] * 2 + ["active"] * 3 + ["inactive"] * 5
    assert codes.totals(session) == {"minted": 10, "activated": 3}


@pytest.mark.parametrize(("lo", "hi"), [(2, 5), (0, 3), (4, 9), (0, 10), (3, 4)])
def test_an_overlapping_activation_is_refused_and_names_the_span(session, at, lo, hi):
    batch = a_batch(session, count=10)
    codes.activate(session, batch_id=batch.id, lo=batch.lo + 2, hi=batch.lo + 5, by=STAFF, at=at)
    with pytest.raises(AlreadyActivated) as refusal:
        codes.activate(session, batch_id=batch.id, lo=batch.lo + lo, hi=batch.lo + hi, by=STAFF, at=at)
    assert refusal.value.details == {"lo": batch.lo + 2, "hi": batch.lo + 5}


def test_neighbouring_activations_are_welcome(session, brand, at):
    batch = a_batch(session, count=10)
    for lo, hi in ((5, 10), (0, 5)):
        codes.activate(session, batch_id=batch.id, lo=batch.lo + lo, hi=batch.lo + hi, by=STAFF, at=at)
    assert states(session, brand, batch) == ["active"] * 10
    assert codes.check_invariants(session) == []


@pytest.mark.parametrize(("lo", "hi"), [(-1, 5), (5, 11), (5, 5), (6, 5), (10, 12), (-9, 3)])
def test_a_range_outside_of_the_batch_is_refused(session, at, lo, hi):
    a_batch(session, count=20)
    batch = a_batch(session, count=10)
    with pytest.raises(errors.RangeOutsideBatch):
        codes.activate(session, batch_id=batch.id, lo=batch.lo + lo, hi=batch.lo + hi, by=STAFF, at=at)
    with pytest.raises(errors.RangeOutsideBatch):
        freeze(session, batch, lo, hi, at)


def test_an_unknown_batch_or_freeze_is_refused(session, at):
    with pytest.raises(errors.UnknownBatch):
        codes.activate(session, batch_id=1, by=STAFF, at=at)
    with pytest.raises(errors.UnknownFreeze):
        codes.states.thaw(session, freeze_id=1, by=STAFF, at=at)


def test_void_outranks_frozen_outranks_active(session, brand, at):
    batch = an_active_batch(session, count=6)
    freeze(session, batch, 1, 4, at)
    void(session, lo=batch.lo + 3, hi=batch.lo + 5, reason="报废", by=STAFF, at=at)
    assert states(session, brand, batch) == ["active", "frozen", "frozen", "void", "void", "active"]


def test_the_same_freeze_again_is_the_same_row(session, at):
    batch = an_active_batch(session)
    first = freeze(session, batch, 1, 4, at)
    assert freeze(session, batch, 1, 4, at + timedelta(hours=1)).id == first.id
    assert freeze(session, batch, 1, 4, at, reason="另一个原因").id != first.id


def test_thawing_lifts_the_whole_freeze_once(session, brand, at):
    batch = an_active_batch(session, count=6)
    row = freeze(session, batch, 1, 4, at)
    lifted = codes.states.thaw(session, freeze_id=row.id, by=STAFF, at=at)
    assert lifted.lifted_at == at
    assert states(session, brand, batch) == ["active"] * 6
    with pytest.raises(errors.NotFrozen):
        codes.states.thaw(session, freeze_id=row.id, by=STAFF, at=at)


def test_thawing_a_part_leaves_the_rest_frozen_for_the_same_reason(session, brand, at):
    batch = an_active_batch(session, count=8)
    row = freeze(session, batch, 1, 7, at)
    codes.states.thaw(session, freeze_id=row.id, lo=batch.lo + 3, hi=batch.lo + 5, by=STAFF, at=at)
    assert states(session, brand, batch) == ["active", *["frozen"] * 2, *["active"] * 2, *["frozen"] * 2, "active"]
    history = codes.history(session, batch.lo + 2)
    assert [block.reason for block in history.blocks if block.lifted_at is None] == ["质量检查"]


def test_one_of_two_freezes_lifted_leaves_the_other(session, brand, at):
    batch = an_active_batch(session, count=6)
    row = freeze(session, batch, 0, 4, at)
    freeze(session, batch, 2, 6, at, reason="另一个原因")
    codes.states.thaw(session, freeze_id=row.id, by=STAFF, at=at)
    assert states(session, brand, batch) == ["active"] * 2 + ["frozen"] * 4


def test_a_part_outside_of_the_freeze_is_refused(session, at):
    batch = an_active_batch(session)
    row = freeze(session, batch, 1, 4, at)
    with pytest.raises(errors.NotFrozen):
        codes.states.thaw(session, freeze_id=row.id, lo=batch.lo, hi=batch.lo + 2, by=STAFF, at=at)


def test_a_withdrawal_cannot_be_lifted(session, at):
    batch = an_active_batch(session)
    void(session, lo=batch.lo, hi=batch.hi, reason="报废", by=STAFF, at=at)
    [row] = codes.history(session, batch.lo).blocks
    with pytest.raises(errors.UnknownFreeze):
        codes.states.thaw(session, freeze_id=row.id, by=STAFF, at=at)
    with pytest.raises(errors.NotFrozen):
        codes.states.thaw_ranges(session, ranges=[(batch.lo, batch.hi)], by=STAFF, at=at)


ranges = st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] < pair[1])
steps = st.lists(st.tuples(st.sampled_from(["freeze", "thaw", "void", "activate"]), ranges), max_size=12)


class Naive:
    """The same verbs on plain sets of places."""

    def __init__(self):
        self.active, self.void = set(), set()
        self.frozen, self.rests = {}, []

    def freeze_over(self, places):
        """A freeze that still holds all of these places."""
        return next((key for key, held in self.frozen.items() if places <= held), None)

    def states(self, count):
        frozen = set().union(*self.frozen.values(), *self.rests)
        held = {"void": self.void, "frozen": frozen, "active": self.active, "inactive": set(range(count))}
        return [next(state for state, places in held.items() if place in places) for place in range(count)]


def step(session, batch, naive, verb, bounds, at):
    """Do one verb to the batch and to the naive model; what would be refused is left out."""
    places = set(range(*bounds))
    lo, hi = batch.lo + bounds[0], batch.lo + bounds[1]
    if verb == "activate" and not naive.active & places:
        codes.activate(session, batch_id=batch.id, lo=lo, hi=hi, by=STAFF, at=at)
        naive.active |= places
    elif verb == "freeze":
        row = codes.states.freeze(
            session, lo=lo, hi=hi, reason=f"第{len(naive.frozen) + len(naive.rests)}次", by=STAFF, at=at
        )
        naive.frozen[row.id] = places
    elif verb == "void":
        void(session, lo=lo, hi=hi, reason="报废", by=STAFF, at=at)
        naive.void |= places
    elif verb == "thaw" and (freeze_id := naive.freeze_over(places)):
        codes.states.thaw(session, freeze_id=freeze_id, lo=lo, hi=hi, by=STAFF, at=at)
        naive.rests.append(naive.frozen.pop(freeze_id) - places)


@given(steps)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_verbs_leaves_what_a_naive_model_says(session, brand, at, steps):
    batch, naive = a_batch(session, count=12), Naive()
    for verb, bounds in steps:
        step(session, batch, naive, verb, bounds, at)
    assert states(session, brand, batch) == naive.states(12)
    assert codes.check_invariants(session) == []


def test_racing_activations_of_overlapping_ranges_have_one_winner(app, committed, at):
    with committed() as session:
        batch = a_batch(session, count=100)

    def activate(first):
        try:
            with app.app_context(), committed() as session:
                lo = batch.lo + first
                codes.activate(session, batch_id=batch.id, lo=lo, hi=lo + 60, by=STAFF, at=at)
        except AlreadyActivated:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(activate, range(16))) == 1
    with committed() as session:
        assert codes.totals(session)["activated"] == 60
        assert codes.check_invariants(session) == []
