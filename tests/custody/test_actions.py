from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app import channel, codes, custody
from app.custody.models import Holding, Sighting
from app.custody.queries import runs_of_shipment
from app.custody.rules import Run
from tests.builders.channel import a_dealer, a_terminal
from tests.builders.codes import a_batch, packed_batches, texts_of, void
from tests.builders.custody import AT, a_shipment, an_opened_case

HOUR = timedelta(hours=1)


def test_a_unit_is_held_by_the_dealer_its_pallet_was_shipped_to(session):
    packed = packed_batches(session)
    dealer = a_dealer(session)
    shipped = a_shipment(session, [packed.pallets.lo], dealer=dealer)

    unit = packed.units.lo + 7
    found = custody.lineage(session, unit)
    assert [step.code_no for step in found.path] == [unit, packed.cases.lo + 1, packed.pallets.lo]
    assert [step.level_index for step in found.path] == [0, 1, 2]
    assert (found.dealer_id, found.shipment_id, found.shipped_at) == (dealer.id, shipped.id, AT)
    assert (found.opened_case_no, found.terminal_id, found.foreign_opening) == (None, None, False)


def test_the_youngest_movement_decides_at_whatever_level_it_was_scanned(session):
    packed = packed_batches(session)
    first, second, third = a_dealer(session), a_dealer(session), a_dealer(session)
    a_shipment(session, [packed.cases.lo], dealer=second, at=AT + HOUR)
    a_shipment(session, [packed.units.lo], dealer=third, at=AT + 2 * HOUR)
    a_shipment(session, [packed.pallets.lo], dealer=first, at=AT)

    holders = [
        custody.lineage(session, code_no).dealer_id
        for code_no in (packed.units.lo, packed.units.lo + 1, packed.units.lo + 6)
    ]
    assert holders == [third.id, second.id, first.id]


def test_shipping_part_of_a_range_again_splits_it(session):
    cases = a_batch(session, level="case", count=10)
    first, second = a_dealer(session), a_dealer(session)
    a_shipment(session, range(cases.lo, cases.hi), dealer=first)
    a_shipment(session, [cases.lo + 4, cases.lo + 5, cases.lo + 9], dealer=second, at=AT + HOUR)

    held_by_second = [
        code_no - cases.lo
        for code_no in range(cases.lo, cases.hi)
        if custody.lineage(session, code_no).dealer_id == second.id
    ]
    assert held_by_second == [4, 5, 9]
    assert custody.check_invariants(session) == []


def test_a_shipment_reported_late_does_not_undo_a_younger_one(session):
    cases = a_batch(session, level="case", count=3)
    first, second = a_dealer(session), a_dealer(session)
    a_shipment(session, [cases.lo + 1], dealer=second, at=AT + HOUR)
    a_shipment(session, range(cases.lo, cases.hi), dealer=first, at=AT)

    holders = [custody.lineage(session, cases.lo + index).dealer_id for index in range(3)]
    assert holders == [first.id, second.id, first.id]
    assert custody.check_invariants(session) == []


def test_the_same_shipment_again_changes_nothing(session):
    cases = a_batch(session, level="case", count=4)
    dealer = a_dealer(session)
    first = a_shipment(session, [cases.lo, cases.lo + 2], dealer=dealer, number="FH-1")
    again = a_shipment(session, [cases.lo + 2, cases.lo], dealer=dealer, number="FH-1", at=AT + HOUR)

    assert (again.id, again.shipped_at, again.codes, again.repeated) == (first.id, AT, 2, True)
    assert runs_of_shipment(session, first.id) == [Run(cases.lo, cases.lo + 1), Run(cases.lo + 2, cases.lo + 3)]


def test_a_shipment_number_is_not_used_for_other_goods(session):
    cases = a_batch(session, level="case", count=4)
    dealer = a_dealer(session)
    a_shipment(session, [cases.lo], dealer=dealer, number="FH-1")

    with pytest.raises(custody.ShipmentNumberTaken):
        a_shipment(session, [cases.lo + 1], dealer=dealer, number="FH-1")
    with pytest.raises(custody.ShipmentNumberTaken):
        a_shipment(session, [cases.lo], number="FH-1")


def test_goods_go_to_a_dealer_that_exists(session, at):
    with pytest.raises(channel.UnknownDealer):
        custody.ship(session, dealer_id=1, number="FH-1", code_nos=[5], at=at)


def test_one_wrong_code_refuses_the_whole_list(brand, committed):
    with committed() as session:
        cases = a_batch(session, level="case", count=3)
        texts = texts_of(session, cases)

    assert custody.read_shipped(brand.id, texts) == list(range(cases.lo, cases.hi))
    with pytest.raises(custody.WrongCode) as refusal:
        custody.read_shipped(brand.id, [*texts[:2], "K" * 16, texts[2]])
    assert refusal.value.details == {"index": 2}


def test_the_first_terminal_opens_the_case_and_may_ask_again(session):
    packed = packed_batches(session)
    terminal = a_terminal(session)
    a_shipment(session, [packed.pallets.lo], dealer=channel.get_dealer(session, terminal.dealer_id))
    first = an_opened_case(session, packed.cases.lo, terminal=terminal, at=AT + HOUR)
    again = an_opened_case(session, packed.cases.lo, terminal=terminal, at=AT + 2 * HOUR)

    assert (first.repeated, again.repeated) == (False, True)
    assert again.opened_at == first.opened_at == AT + HOUR
    assert (first.units, first.foreign_opening, first.dealer_id) == (6, False, terminal.dealer_id)


def test_another_terminal_learns_when_a_case_was_opened_but_not_by_whom(session):
    packed = packed_batches(session)
    opened = an_opened_case(session, packed.cases.lo)

    with pytest.raises(custody.AlreadyOpened) as refusal:
        an_opened_case(session, packed.cases.lo)
    assert refusal.value.details == {"opened_at": opened.opened_at.isoformat()}


def test_a_terminal_of_another_dealer_opens_as_a_foreigner(session):
    packed = packed_batches(session)
    holder = a_dealer(session)
    a_shipment(session, [packed.cases.lo], dealer=holder)
    opened = an_opened_case(session, packed.cases.lo)

    assert opened.foreign_opening
    assert opened.dealer_id == holder.id != opened.terminal_dealer_id
    assert custody.lineage(session, packed.units.lo).foreign_opening


def test_a_case_that_was_never_shipped_is_opened_without_accusing_anyone(session):
    packed = packed_batches(session)
    opened = an_opened_case(session, packed.cases.lo)

    assert (opened.dealer_id, opened.foreign_opening) == (None, False)


def test_the_units_of_an_opened_case_lead_to_its_terminal_and_others_do_not(session):
    packed = packed_batches(session)
    opened = an_opened_case(session, packed.cases.lo + 1)

    inside = custody.lineage(session, packed.units.lo + 6)
    assert (inside.opened_case_no, inside.terminal_id) == (packed.cases.lo + 1, opened.terminal_id)
    assert (inside.terminal_dealer_id, inside.opened_by) == (opened.terminal_dealer_id, opened.opened_by)
    assert inside.opened_at == opened.opened_at
    assert custody.lineage(session, packed.units.lo + 5).terminal_id is None


def test_a_shipment_after_the_opening_does_not_change_the_opening(session):
    packed = packed_batches(session)
    terminal = a_terminal(session)
    a_shipment(session, [packed.cases.lo], dealer=channel.get_dealer(session, terminal.dealer_id))
    an_opened_case(session, packed.cases.lo, terminal=terminal, at=AT + HOUR)
    a_shipment(session, [packed.cases.lo], at=AT + 2 * HOUR)

    assert not custody.lineage(session, packed.units.lo).foreign_opening
    assert an_opened_case(session, packed.cases.lo, terminal=terminal).repeated


@pytest.mark.parametrize("level", ["units", "pallets"])
def test_only_a_case_is_opened(session, level):
    packed = packed_batches(session)

    with pytest.raises(custody.NotACase) as refusal:
        an_opened_case(session, getattr(packed, level).lo)
    assert refusal.value.details == {"level": level.removesuffix("s")}


def test_a_number_that_was_never_minted_is_no_case(session):
    with pytest.raises(custody.NotACase):
        an_opened_case(session, 1 << 39)


def test_the_units_of_a_case_are_counted_over_all_its_runs(session, at):
    units = a_batch(session, count=30)
    cases = a_batch(session, level="case", count=2)
    lo, first, second = units.lo, cases.lo, cases.lo + 1
    ranges = [(lo, lo + 12, first), (lo + 12, lo + 17, second), (lo + 20, lo + 26, second)]
    codes.pack_ranges(session, ranges=ranges, at=at)

    assert an_opened_case(session, first).units == 12
    assert an_opened_case(session, second).units == 11


def test_a_code_that_nobody_packed_or_moved_has_an_empty_lineage(session):
    units = a_batch(session)
    found = custody.lineage(session, units.lo)

    assert [step.code_no for step in found.path] == [units.lo]
    assert (found.dealer_id, found.shipment_id, found.terminal_id, found.opened_at) == (None, None, None, None)


@pytest.mark.parametrize(("kind", "error"), [("frozen", codes.FrozenCode), ("void", codes.VoidCode)])
def test_a_blocked_case_stays_closed(brand, committed, at, kind, error):
    with committed() as session:
        packed = packed_batches(session)
        scanned = texts_of(session, packed.cases)[0]
        block = codes.states.freeze if kind == "frozen" else void
        block(session, lo=packed.cases.lo, hi=packed.cases.lo + 1, reason="召回", by=1, at=at)

    with pytest.raises(error):
        custody.read_case(brand.id, scanned)


def test_a_case_that_is_not_active_stays_closed(brand, committed):
    with committed() as session:
        scanned = texts_of(session, a_batch(session, level="case", count=1))[0]

    with pytest.raises(codes.InactiveCode):
        custody.read_case(brand.id, scanned)


def test_a_sighting_keeps_what_is_known(session, at):
    custody.note_sighting(session, custody.Seen(77, "query", county="310101", device="d" * 32), at=at)
    custody.note_sighting(session, custody.Seen(77, "claim", person_id=5, latitude_e6=31_239_700), at=at)

    rows = session.scalars(select(Sighting).order_by(Sighting.id)).all()
    assert [(row.kind, row.county, row.person_id, row.latitude_e6, row.at) for row in rows] == [
        ("query", "310101", None, None, at),
        ("claim", None, 5, 31_239_700, at),
    ]


def test_a_holding_that_disagrees_with_its_movement_is_found(session):
    cases = a_batch(session, level="case", count=4)
    a_shipment(session, range(cases.lo, cases.hi))
    assert custody.check_invariants(session) == []

    session.execute(update(Holding).values(hi=Holding.hi - 1))
    assert (
        custody.check_invariants(session)
        == [f"custody: the holding of code {cases.lo} disagrees with the movements"] * 2
    )
