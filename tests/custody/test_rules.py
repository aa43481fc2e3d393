from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.custody.rules import (
    LONGEST_RUN,
    Held,
    Opening,
    Party,
    Run,
    in_pieces,
    is_foreign,
    joined,
    opening_reason,
    runs_of,
    settle,
)

START = datetime(2026, 11, 1, tzinfo=UTC)
SPAN = 40


@st.composite
def movements(draw, max_size=12):
    """Ranges over a small axis, several at one instant, each with a number of its own."""
    bounds = draw(
        st.lists(st.tuples(st.integers(0, SPAN), st.integers(1, 12), st.integers(0, 4)), max_size=max_size)
    )
    return [
        Held(lo, lo + length, number % 3, number, number, START + timedelta(hours=hour))
        for number, (lo, length, hour) in enumerate(bounds, 1)
    ]


def holders(ranges: Iterable[Held]) -> dict[int, int]:
    """The movement of every code, settled one code at a time."""
    youngest: dict[int, Held] = {}
    for held in sorted(ranges, key=lambda held: held.age):
        for code_no in range(held.lo, held.hi):
            youngest[code_no] = held
    return {code_no: held.movement_id for code_no, held in youngest.items()}


@given(movements())
def test_every_code_goes_to_its_youngest_movement(moved):
    assert holders(settle(moved)) == holders(moved)


@given(movements())
def test_settled_ranges_are_ordered_disjoint_and_joined(moved):
    for one, other in pairwise(settle(moved)):
        assert one.hi <= other.lo
        assert (one.hi, one.movement_id) != (other.lo, other.movement_id)


@given(movements(), st.randoms())
def test_the_order_of_writing_is_of_no_consequence(moved, random):
    shuffled = list(moved)
    random.shuffle(shuffled)
    step_by_step: list[Held] = []
    for held in shuffled:
        step_by_step = settle([*step_by_step, held])
    assert step_by_step == settle(moved)


@given(movements(), movements(max_size=4))
def test_a_range_that_nothing_cuts_keeps_its_row(before, arrived):
    stored = [
        Held(held.lo, held.hi, held.dealer_id, held.shipment_id, held.movement_id, held.since, row_id=number)
        for number, held in enumerate(settle(before))
    ]
    later = [Held(held.lo, held.hi, 9, held.shipment_id, 100 + held.movement_id, held.since) for held in arrived]
    by_row = {held.row_id: held for held in stored}
    for held in settle([*stored, *later]):
        assert held.row_id is None or held == by_row[held.row_id]


def test_a_movement_in_the_middle_splits_the_range_around_it():
    whole = Held(0, 10, 1, 1, 1, START)
    part = Held(4, 6, 2, 2, 2, START + timedelta(days=1))

    assert [(held.lo, held.hi, held.dealer_id) for held in settle([whole, part])] == [
        (0, 4, 1),
        (4, 6, 2),
        (6, 10, 1),
    ]


def test_a_movement_reported_late_does_not_undo_a_younger_one():
    younger = Held(4, 6, 2, 2, 2, START + timedelta(days=1))
    late = Held(0, 10, 1, 1, 3, START)

    assert [held.dealer_id for held in settle([younger, late])] == [1, 2, 1]


@given(st.lists(st.integers(0, SPAN)))
def test_runs_hold_exactly_the_scanned_codes_and_are_as_long_as_possible(code_nos):
    runs = runs_of(code_nos)

    assert [code_no for run in runs for code_no in range(run.lo, run.hi)] == sorted(set(code_nos))
    assert all(one.hi < other.lo for one, other in pairwise(runs))


def test_neighbours_scanned_in_any_order_become_one_run():
    assert runs_of([7, 5, 6, 5, 9]) == [Run(5, 8), Run(9, 10)]


def test_only_another_dealers_terminal_opens_as_a_foreigner():
    assert is_foreign(1, 2)
    assert not is_foreign(1, 1)
    assert not is_foreign(None, 2)


def opening(holder: int | None, *, foreign: bool = False) -> Opening:
    return Opening(5, 1, 2, holder, 3, START, foreign, 24, repeated=False)


def test_a_shop_is_told_why_its_opening_is_not_ordinary():
    assert opening_reason(opening(2), "zh") is None
    assert "其他经销商" in opening_reason(opening(1, foreign=True), "zh")
    assert "another dealer" in opening_reason(opening(1, foreign=True), "en")
    assert "没有发货记录" in opening_reason(opening(None), "zh")


@given(st.lists(st.tuples(st.integers(0, 9000), st.integers(1, 3000)), max_size=8))
def test_runs_are_cut_short_and_joined_again_without_losing_a_code(pairs):
    runs = joined(Run(lo, lo + size) for lo, size in pairs)
    pieces = list(in_pieces(runs))
    assert all(0 < piece.hi - piece.lo <= LONGEST_RUN for piece in pieces)
    assert joined(pieces) == runs
    covered = {code_no for lo, size in pairs for code_no in range(lo, lo + size)}
    assert {code_no for run in runs for code_no in range(run.lo, run.hi)} == covered


def test_a_shop_stays_itself_under_another_dealer():
    assert Party(1, 5).is_same_as(Party(2, 5))
    assert not Party(1).is_same_as(Party(1, 5))
