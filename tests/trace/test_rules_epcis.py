"""What an EPCIS event says, and the name that follows from it."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.trace.rules.epcis import SHAPES, Goods, Lot, epcis_event, instant, party
from app.trace.rules.records import MOST_CODES, Record

AT = datetime(2026, 11, 2, 4, 0, 0, 123000, tzinfo=UTC)
ROOT, GTIN = "https://q.example.com", "06901234567892"
# Hashes of the events below, computed once with epcis-event-hash-generator 1.9.3, which shares no code with us.
WITNESSED = {
    "activated": "9dcd143d7f0316deaa38d48e70b21870cb1fb83433de1899ab345f9019bec65e",
    "packed": "6d5d0dd77476ed3354b1cef01930b294a64b8d23e4ad1d5a045befa99d8d2047",
    "packed by lot": "cb876f530b3228591274b62623ee06217f0d003dedddbd67479e33ec91c2df4e",
    "opened": "b4b08e46e81fb89762cad25294c7487709556a4710e0e1477b43ffbaa3a145fd",
    "void": "8ec44e6529200cdf019435d96bf41a94d11342ff836f604e28d2a2f764bc967c",
}


def named(*codes: str) -> tuple[str, ...]:
    return tuple(f"{ROOT}/01/{GTIN}/21/{code}" for code in codes)


ONE, TWO = named("K7ZK3Q9M2XWB4T6H"), named("K7ZK3Q9M2XWB4T6H", "A7ZK3Q9M2XWB4T6H")
CASE = named("CASE3Q9M2XWB4T6H")[0]
PACKED = Record(1, "packed", AT, 5, 9, 100, 2).piece(1)
EVENTS = {
    "activated": (Record(1, "activated", AT, 5, 7).piece(0), Goods(TWO, (), Lot("L/01", date(2027, 10, 1))), None),
    "packed": (PACKED, Goods(TWO), CASE),
    "packed by lot": (PACKED, Goods((), ((f"{ROOT}/01/{GTIN}/10/L01", 2),)), CASE),
    "opened": (Record(1, "opened", AT, 5, 6, terminal_id=88).piece(0), Goods(ONE), None),
    "void": (Record(1, "void", AT, 5, 6).piece(0), Goods(ONE, ((f"{ROOT}/01/{GTIN}/10/L1", 3),)), None),
}


@pytest.mark.parametrize("kind", WITNESSED)
def test_the_name_of_an_event_is_what_an_independent_program_computes(kind):
    event = epcis_event(*EVENTS[kind], root=ROOT)
    assert event["eventID"] == f"ni:///sha-256;{WITNESSED[kind]}?ver=CBV2.0"


def test_the_name_follows_from_what_is_said_and_from_the_goods_not_their_order():
    piece, goods, parent = EVENTS["packed"]
    event = epcis_event(piece, goods, parent, root=ROOT)
    turned = epcis_event(piece, Goods(goods.epcs[::-1]), parent, root=ROOT)
    assert turned["eventID"] == event["eventID"]
    other_host = Goods(tuple(epc.replace(ROOT, "https://other.example") for epc in goods.epcs))
    there = epcis_event(
        piece, other_host, CASE.replace(ROOT, "https://other.example"), root="https://other.example"
    )
    assert there["parentID"] != event["parentID"]
    later = epcis_event(Record(1, "packed", AT.replace(minute=1), 5, 9, 100, 2).piece(1), goods, parent, root=ROOT)
    assert later["eventID"] != event["eventID"]


def test_a_shipment_names_both_owners_and_its_note_and_is_nowhere_on_the_way():
    piece = Record(1, "shipped", AT, 5, 6, dealer_id=77, number="FH 1/2").piece(0)
    event = epcis_event(piece, Goods(ONE), None, root=ROOT)
    assert event["bizTransactionList"] == [{"type": "desadv", "bizTransaction": f"{ROOT}/shipments/FH%201%2F2"}]
    assert event["sourceList"][0]["source"] == f"{ROOT}/parties/brand"
    assert event["destinationList"][0]["destination"] == f"{ROOT}/parties/dealers/77"
    assert "bizLocation" not in event
    assert (event["action"], event["bizStep"], event["disposition"]) == ("OBSERVE", "shipping", "in_transit")


@pytest.mark.parametrize(
    ("kind", "giver", "receiver"),
    [
        ("transferred", {"from_dealer_id": 1}, {"dealer_id": 2}),
        ("delivered", {"from_dealer_id": 1}, {"dealer_id": 1, "terminal_id": 3}),
        ("returned", {"from_dealer_id": 1, "from_terminal_id": 3}, {"dealer_id": 1}),
        ("returned", {"from_dealer_id": 1}, {}),
        ("reversed", {"from_dealer_id": 2}, {"dealer_id": 1}),
    ],
)
def test_every_movement_tells_from_whom_to_whom(kind, giver, receiver):
    told = {f"from_{name}": None for name in ("dealer_id", "terminal_id")} | giver | receiver
    event = epcis_event(Record(1, kind, AT, 5, 6, number="N", **told).piece(0), Goods(ONE), None, root=ROOT)
    source, destination = event["sourceList"][0]["source"], event["destinationList"][0]["destination"]
    assert source == party(ROOT, giver.get("from_dealer_id"), giver.get("from_terminal_id"))
    assert destination == party(ROOT, receiver.get("dealer_id"), receiver.get("terminal_id"))
    assert event["readPoint"] == {"id": source}


def test_a_receipt_is_read_at_the_dealers():
    piece = Record(1, "received", AT, 5, 6, dealer_id=7).piece(0)
    event = epcis_event(piece, Goods(ONE), None, root=ROOT)
    assert event["bizLocation"] == {"id": f"{ROOT}/parties/dealers/7"}
    assert "sourceList" not in event


def test_only_an_activation_tells_lot_and_expiry():
    event = epcis_event(*EVENTS["activated"], root=ROOT)
    assert event["ilmd"] == {"cbvmda:lotNumber": "L/01", "cbvmda:itemExpirationDate": "2027-10-01"}
    piece, _, _ = EVENTS["void"]
    assert "ilmd" not in epcis_event(piece, Goods(ONE, (), Lot("L", None)), None, root=ROOT)


def test_times_are_told_in_utc_to_the_millisecond():
    assert instant(datetime.fromisoformat("2026-11-02T12:00:00.123999+08:00")) == "2026-11-02T04:00:00.123Z"


@given(lo=st.integers(0, 10**6), size=st.integers(1, 5000), per=st.integers(1, 700), parent=st.integers(0, 10**6))
def test_the_pieces_of_a_packing_are_its_children_each_once(lo, size, per, parent):
    record = Record(1, "packed", AT, lo, lo + size, parent, per)
    pieces = [record.piece(index) for index in range(record.pieces)]
    assert [code for piece in pieces for code in range(piece.lo, piece.hi)] == list(range(lo, lo + size))
    assert all(record.pieces_with(code) == [piece] for piece in pieces for code in (piece.lo, piece.hi - 1))
    assert all(record.pieces_into(piece.parent_no) == [piece] for piece in pieces)


@given(size=st.integers(1, 500), per=st.integers(1, 30), cut=st.tuples(st.integers(0, 40), st.integers(1, 40)))
def test_a_part_by_parents_has_the_same_pieces(size, per, cut):
    record = Record(1, "packed", AT, 1000, 1000 + size, 10, per)
    lo, hi = 10 + cut[0] % record.pieces, 10 + cut[0] % record.pieces + cut[1]
    part = record.into(lo, hi)
    whole = [record.piece(index) for index in range(record.pieces)]
    expected = [(one.lo, one.hi, one.parent_no) for one in whole if lo <= one.parent_no < hi]
    found = [part.piece(index) for index in range(part.pieces)]
    assert [(one.lo, one.hi, one.parent_no) for one in found] == expected


def test_no_event_lists_more_codes_than_a_partner_can_take():
    record = Record(1, "activated", AT, 0, 3 * MOST_CODES + 1)
    assert [record.piece(index).hi - record.piece(index).lo for index in range(record.pieces)] == [
        *[MOST_CODES] * 3,
        1,
    ]
    with pytest.raises(IndexError):
        record.piece(4)


def test_every_shape_is_one_that_the_standard_knows():
    assert {shape.action for shape in SHAPES.values()} == {"ADD", "OBSERVE", "DELETE"}
    assert {shape.type for shape in SHAPES.values()} == {"ObjectEvent", "AggregationEvent"}


def test_what_a_line_shuffled_is_told_stretch_by_stretch():
    offsets = b"".join(number.to_bytes(2) for number in (0, 0, 1, 0xFFFF, 0))
    record = Record(7, "packed", AT, 100, 105, parent_lo=50, per_parent=1, offsets=offsets)
    pieces = [record.piece(index) for index in range(record.pieces)]
    assert [(piece.lo, piece.hi, piece.parent_no) for piece in pieces] == [
        (100, 102, 50),
        (102, 103, 51),
        (104, 105, 50),
    ]
    assert record.pieces_into(50) == [pieces[0], pieces[2]]
    assert record.pieces_with(102) == [pieces[1]]
    assert record.pieces_with(103) == []
