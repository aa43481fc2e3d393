from datetime import timedelta

import pytest

from app import channel, custody
from app.custody.errors import (
    AlreadyReceived,
    AlreadyReversed,
    MovedSince,
    NotReversible,
    PartiesDoNotFit,
    UnknownDocument,
)
from app.custody.queries import discrepancies_of, runs_of_shipment
from app.custody.rules import Run
from tests.builders.channel import a_dealer, a_terminal
from tests.builders.codes import a_batch, packed_batches, void
from tests.builders.custody import AT, a_document, a_receipt, a_shipment, an_opened_case, party_of

HOUR = timedelta(hours=1)


@pytest.fixture
def chain(session):
    """A pallet at a dealer, who supplies one shop; another dealer."""
    packed, dealer = packed_batches(session), a_dealer(session)
    shop, other = a_terminal(session, dealer=dealer), a_dealer(session)
    a_shipment(session, [packed.pallets.lo], dealer=dealer)
    return packed, party_of(dealer), party_of(shop), party_of(other)


def test_goods_go_to_the_shop_and_all_the_way_back(session, chain):
    packed, dealer, shop, _ = chain
    case = packed.cases.lo
    ways = (("delivered", dealer, shop), ("returned", shop, dealer), ("returned", dealer, custody.BRAND))
    for kind, sender, receiver in ways:
        a_document(session, [case], kind=kind, sender=sender, receiver=receiver)
        assert custody.history(session, packed.units.lo).holder == receiver

    way = custody.history(session, packed.units.lo)
    assert [leg.kind for leg in way.legs] == ["shipped", "delivered", "returned", "returned"]
    assert [leg.code_no for leg in way.legs] == [packed.pallets.lo, case, case, case]
    assert way.path == (packed.units.lo, case, packed.pallets.lo)
    assert custody.lineage(session, packed.units.lo).dealer_id is None
    assert custody.lineage(session, packed.units.lo + 6).dealer_id == dealer.dealer_id
    assert custody.check_invariants(session) == []


def test_goods_at_a_shop_still_belong_to_the_line_of_its_dealer(session, chain):
    packed, dealer, shop, _ = chain
    a_document(session, [packed.cases.lo], kind="delivered", sender=dealer, receiver=shop)
    assert custody.lineage(session, packed.units.lo).dealer_id == dealer.dealer_id


def test_only_the_holder_moves_goods_and_learns_no_more_than_that(session, chain):
    packed, dealer, _, other = chain
    foreign = a_batch(session, level="case", count=2)
    with pytest.raises(custody.NotHeld) as refusal:
        a_document(
            session,
            [packed.cases.lo, foreign.lo, foreign.lo + 1],
            kind="transferred",
            sender=dealer,
            receiver=other,
        )
    refused = [{"index": 1, "reason": "elsewhere"}, {"index": 2, "reason": "elsewhere"}]
    assert refusal.value.details == {"index": 1, "refused": refused, "more": 0}


def test_a_pack_does_not_move_while_a_part_of_it_is_elsewhere(session, chain):
    packed, dealer, _, other = chain
    a_document(session, [packed.units.lo], kind="transferred", sender=dealer, receiver=other)
    for pack in (packed.cases.lo, packed.pallets.lo):
        with pytest.raises(custody.NotHeld) as refusal, session.begin_nested():
            a_document(session, [pack], kind="returned", sender=dealer)
        assert refusal.value.details["refused"] == [{"index": 0, "reason": "apart"}]
    a_document(session, [packed.units.lo], kind="transferred", sender=other, receiver=dealer)
    a_document(session, [packed.pallets.lo], kind="returned", sender=dealer)
    assert custody.history(session, packed.units.lo).holder == custody.BRAND


def test_a_document_is_younger_than_what_it_builds_on_whatever_the_clock_says(session, chain):
    packed, dealer, _, other = chain
    a_document(session, [packed.cases.lo], kind="transferred", sender=dealer, receiver=other, at=AT - 5 * HOUR)
    assert custody.history(session, packed.cases.lo).holder == other


@pytest.mark.parametrize(
    ("kind", "sender", "receiver"),
    [
        ("transferred", "dealer", "dealer"),
        ("transferred", "shop", "other"),
        ("delivered", "other", "shop"),
        ("delivered", "dealer", "other"),
        ("returned", "shop", "other"),
        ("returned", "dealer", "other"),
        ("shipped", "dealer", "other"),
        ("received", "brand", "dealer"),
    ],
)
def test_goods_go_no_other_way(session, chain, kind, sender, receiver):
    packed, dealer, shop, other = chain
    parties = {"dealer": dealer, "shop": shop, "other": other, "brand": custody.BRAND}
    with pytest.raises(PartiesDoNotFit):
        a_document(session, [packed.cases.lo], kind=kind, sender=parties[sender], receiver=parties[receiver])


def test_goods_do_not_go_to_a_shop_that_is_closed(session, chain):
    packed, dealer, shop, _ = chain
    channel.get_terminal(session, shop.terminal_id).state = "closed"
    session.flush()
    with pytest.raises(channel.UnknownTerminal):
        a_document(session, [packed.cases.lo], kind="delivered", sender=dealer, receiver=shop)


def test_the_same_document_again_is_the_same_answer_though_the_goods_are_gone(session, chain):
    packed, dealer, shop, other = chain
    new = {"kind": "delivered", "sender": dealer, "receiver": shop, "number": "P-1"}
    first = a_document(session, [packed.cases.lo, packed.cases.lo + 2], **new)
    again = a_document(session, [packed.cases.lo + 2, packed.cases.lo], **new)
    assert (again.id, again.repeated, again.at) == (first.id, True, first.at)

    for change in ({"code_nos": [packed.cases.lo]}, {"kind": "transferred", "receiver": other}):
        with pytest.raises(custody.ShipmentNumberTaken):
            a_document(session, **{"code_nos": [packed.cases.lo, packed.cases.lo + 2]} | new | change)


def test_a_receipt_confirms_and_moves_nothing(session, chain):
    packed, dealer, shop, _ = chain
    sent = a_document(session, [packed.cases.lo], kind="delivered", sender=dealer, receiver=shop)
    got = a_receipt(session, sent, number="R-1")
    again = a_receipt(session, sent, [packed.cases.lo], number="R-1")

    assert (got.of_id, got.codes, got.repeated, again.repeated) == (sent.id, 1, False, True)
    way = custody.history(session, packed.cases.lo)
    assert ([leg.kind for leg in way.legs][-1], way.holder) == ("received", shop)
    assert custody.lineage(session, packed.cases.lo).shipment_id == sent.id
    with pytest.raises(AlreadyReceived) as refusal:
        a_receipt(session, sent)
    assert refusal.value.details == {"number": "R-1"}
    assert custody.check_invariants(session) == []


def test_a_receipt_lists_what_is_missing_and_what_is_too_much(session, chain):
    packed, dealer, shop, _ = chain
    cases, surplus = packed.cases, a_batch(session, level="case", count=1)
    sent = a_document(session, [cases.lo, cases.lo + 1], kind="delivered", sender=dealer, receiver=shop)
    got = a_receipt(session, sent, [cases.lo, surplus.lo])

    assert discrepancies_of(session, got.id, "missing") == [Run(cases.lo + 1, cases.lo + 2)]
    assert discrepancies_of(session, got.id, "surplus") == [Run(surplus.lo, surplus.hi)]
    assert runs_of_shipment(session, got.id) == [Run(cases.lo, cases.lo + 1)]
    assert custody.history(session, surplus.lo).holder is None
    assert custody.check_invariants(session) == []


def test_a_pallet_that_was_sent_may_be_counted_by_its_cases(session):
    packed, dealer = packed_batches(session), a_dealer(session)
    a_shipment(session, [packed.pallets.lo], dealer=dealer, number="FH-1")
    sent = custody.document(session, custody.lineage(session, packed.pallets.lo).shipment_id)
    cases = packed.cases
    got = a_receipt(session, sent, [cases.lo, cases.lo + 1, cases.lo + 3])
    assert discrepancies_of(session, got.id, "missing") == [Run(cases.lo + 2, cases.lo + 3)]
    assert discrepancies_of(session, got.id, "surplus") == []


def test_goods_are_received_by_their_receiver_alone(session, chain):
    packed, dealer, shop, other = chain
    sent = a_document(session, [packed.cases.lo], kind="delivered", sender=dealer, receiver=shop)
    with pytest.raises(UnknownDocument):
        a_receipt(session, sent, receiver=other)


def test_a_document_is_taken_back_by_a_counter_document(session, chain):
    packed, dealer, shop, _ = chain
    wrong = a_document(session, [packed.cases.lo], kind="delivered", sender=dealer, receiver=shop)
    made = custody.reverse_document(session, document_id=wrong.id, by=1, at=AT + HOUR)
    again = custody.reverse_document(session, document_id=wrong.id, by=1, at=AT + HOUR)

    assert (made.kind, made.of_id, made.sender, made.receiver) == ("reversed", wrong.id, shop, dealer)
    assert (again.id, again.repeated) == (made.id, True)
    assert custody.history(session, packed.units.lo).holder == dealer
    with pytest.raises(AlreadyReversed):
        a_receipt(session, wrong)
    assert custody.check_invariants(session) == []


def test_a_shipment_taken_back_returns_to_whoever_held_it(session, chain):
    packed, dealer, _, other = chain
    cases = packed.cases
    wrong = a_document(session, [cases.lo], kind="shipped", sender=custody.BRAND, receiver=other, at=AT + HOUR)
    custody.reverse_document(session, document_id=wrong.id, by=1, at=AT + 2 * HOUR)
    assert custody.history(session, cases.lo).holder == dealer


@pytest.mark.parametrize(("by", "later"), [(2, HOUR), (1, 25 * HOUR)])
def test_only_the_recorder_takes_back_and_only_for_a_day(session, chain, by, later):
    packed, dealer, shop, _ = chain
    made = a_document(session, [packed.cases.lo], kind="delivered", sender=dealer, receiver=shop)
    with pytest.raises(NotReversible):
        custody.reverse_document(session, document_id=made.id, by=by, at=AT + later)


def test_what_was_received_or_moved_on_is_not_taken_back(session, chain):
    packed, dealer, shop, other = chain
    cases = packed.cases
    received = a_document(session, [cases.lo], kind="delivered", sender=dealer, receiver=shop)
    a_receipt(session, received)
    moved = a_document(session, [cases.lo + 1], kind="delivered", sender=dealer, receiver=shop)
    a_document(session, [cases.lo + 1], kind="returned", sender=shop, receiver=dealer)
    apart = a_document(session, [cases.lo + 2], kind="transferred", sender=dealer, receiver=other)
    a_document(session, [packed.units.lo + 12], kind="transferred", sender=other, receiver=dealer)
    for made in (received, moved, apart):
        with pytest.raises(MovedSince), session.begin_nested():
            custody.reverse_document(session, document_id=made.id, by=1, at=AT)


def test_a_long_shipment_is_found_from_any_of_its_codes(session):
    cases, dealer = a_batch(session, level="case", count=3000), a_dealer(session)
    a_shipment(session, range(cases.lo, cases.hi), dealer=dealer)
    for code_no in (cases.lo, cases.lo + 1023, cases.lo + 1024, cases.hi - 1):
        (leg,) = custody.history(session, code_no).legs
        assert leg.receiver == party_of(dealer)


def test_the_history_names_the_opening(session, chain):
    packed, *_ = chain
    opened = an_opened_case(session, packed.cases.lo)
    (found,) = custody.history(session, packed.units.lo).openings
    assert (found.case_no, found.party.terminal_id) == (packed.cases.lo, opened.terminal_id)
    assert custody.history(session, packed.units.lo + 6).openings == ()


def test_movements_are_read_in_order_and_go_on_where_one_stopped(session, chain):
    packed, dealer, shop, _ = chain
    for case in (packed.cases.lo, packed.cases.lo + 2):
        a_document(session, [case], kind="delivered", sender=dealer, receiver=shop)
    everything = custody.movements(session)
    assert [moved.kind for moved in everything] == ["shipped", "delivered", "delivered"]
    first = custody.movements(session, limit=2)
    assert first + custody.movements(session, after=first[-1].id) == everything


def test_a_void_case_may_go_back(session, chain, at):
    packed, dealer, *_ = chain
    void(session, lo=packed.cases.lo, hi=packed.cases.lo + 1, reason="召回", by=1, at=at)
    a_document(session, [packed.cases.lo], kind="returned", sender=dealer)
    assert custody.history(session, packed.cases.lo).holder == custody.BRAND
