"""Areas, votes, scores and the procedure, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from app.diversion.rules import (
    MOVES,
    STAGES,
    STATES,
    Areas,
    Grant,
    Piece,
    Vote,
    awaits_answer,
    bears_consequences,
    first_votes,
    is_too_late,
    judges_itself,
    may_follow,
    open_moves,
    opens_a_file,
    score,
    tally,
)
from app.diversion.rules.drawing import WIDTH, draw
from app.kit.regions import Atlas, Region

AT = datetime(2026, 11, 2, 4, tzinfo=UTC)
DAY = date(2026, 11, 2)
TOUCHING = {"A": frozenset({"B"}), "B": frozenset({"A", "C"}), "C": frozenset({"B"})}
AREAS = Areas.of_today([("A", 1), ("C", 2)], TOUCHING, lambda code: TOUCHING.get(code, frozenset()))


def a_vote(code_no=1, *, far=True, county="C", person_id=None, device=None, on=DAY, dealer_id=1) -> Vote:
    return Vote(code_no, 10, 100, 1000, dealer_id, person_id, device, county, far, on)


@pytest.mark.parametrize(
    ("dealer_id", "county", "place"),
    [
        (1, "A", "own"),
        (1, "B", "near"),
        (1, "C", "far"),
        (2, "A", "far"),
        (1, "Z", None),
        (1, None, None),
        (3, "A", None),
    ],
)
def test_a_county_is_own_near_far_or_no_evidence(dealer_id, county, place):
    assert AREAS.place(dealer_id, county, AT) == place


def test_an_area_counts_while_it_was_granted():
    ended = Areas({1: (Grant("A", until=AT), Grant("C", since=AT))}, TOUCHING, TOUCHING.__getitem__)
    before = AT - timedelta(seconds=1)
    assert (ended.place(1, "A", before), ended.place(1, "C", before)) == ("own", "far")
    assert (ended.place(1, "A", AT), ended.place(1, "C", AT)) == ("far", "own")


def test_a_dealer_whose_own_county_is_not_on_the_map_is_not_judged():
    areas = Areas.of_today([("X", 1)], TOUCHING, TOUCHING.__getitem__)
    assert (areas.place(1, "X", AT), areas.place(1, "A", AT)) == ("own", None)


@given(
    st.lists(st.tuples(st.integers(1, 6), st.booleans(), st.sampled_from([None, 7, 8]), st.sampled_from("xyz")))
)
def test_a_tally_never_counts_more_consumers_than_people_devices_or_codes(scans):
    votes = first_votes(a_vote(no, far=far, person_id=who, device=phone) for no, far, who, phone in scans)
    counted = tally(votes)
    assert counted.far <= counted.seen <= len({no for no, *_ in scans})
    assert sum(count.consumers for count in counted.counts) == counted.seen
    assert sum(count.consumers for count in counted.counts if count.far) == counted.far


@given(st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=1))
def test_a_code_that_anybody_saw_at_home_is_at_home(scans):
    for vote in first_votes(a_vote(no, far=far, device=f"d{at}") for at, (no, far) in enumerate(scans)):
        assert vote.far == all(far for no, far in scans if no == vote.code_no)


def test_a_phone_that_signs_in_later_is_its_person():
    votes = [a_vote(1, device="phone"), a_vote(2, device="phone", person_id=7), a_vote(3, person_id=7)]
    assert tally(votes).seen == 1


def test_a_consumer_with_one_bottle_at_home_is_at_home():
    votes = [a_vote(1, person_id=7), a_vote(2, person_id=7, far=False, county="A")]
    assert (tally(votes).far, tally(votes).counts[0].county) == (0, "A")


def test_the_guests_of_a_banquet_are_many_consumers_and_one_occasion():
    guests = [a_vote(no, person_id=no) for no in range(1, 13)]
    assert (tally(guests).far, tally(guests).far_occasions) == (12, 1)
    later = [a_vote(no, person_id=no, on=DAY + timedelta(days=no)) for no in range(1, 13)]
    assert tally(later).far_occasions == 12


def test_the_share_of_the_worst_county_is_known():
    votes = [a_vote(no, person_id=no, county="C" if no < 4 else "D") for no in range(1, 5)]
    assert tally(votes).concentration == pytest.approx(0.75)


PIECES = st.lists(
    st.builds(
        Piece,
        st.sampled_from(["case", "pallet", "dealer_week", "opening", "inspection"]),
        st.integers(1, 5),
        st.just(20),
        st.just(15),
        st.sampled_from([1e-5, 1e-12]),
        st.sampled_from([0.1, 0.9]),
    ),
    max_size=8,
    unique_by=lambda piece: (piece.kind, piece.subject),
)


@given(PIECES, st.randoms())
def test_a_score_is_bounded_and_knows_no_order(pieces, random):
    shuffled = random.sample(pieces, len(pieces))
    assert score(pieces) == score(shuffled)
    assert 0 <= score(pieces).points <= 100
    assert bool(pieces) == bool(score(pieces).reasons)


def test_a_pallet_has_no_more_points_for_the_cases_on_it():
    pallet, cases = Piece("pallet", 1, 40, 30), [Piece("case", number, 6, 6) for number in range(4)]
    assert score([pallet, *cases]) == score([pallet])
    assert score(cases).points == 50


@given(PIECES)
def test_what_bears_consequences_opens_a_file_and_is_never_one_scan(pieces):
    if bears_consequences(pieces):
        assert opens_a_file(pieces)
        assert (
            any(piece.seen for piece in pieces if piece.kind in {"case", "pallet", "dealer_week"})
            or len(pieces) > 1
        )


@pytest.mark.parametrize(
    ("pieces", "opens", "bears"),
    [
        ([Piece("case", 1, 6, 6)], False, False),
        ([Piece("case", 1, 6, 6), Piece("case", 2, 6, 6)], True, True),
        ([Piece("inspection", 1)], True, False),
        ([Piece("opening", 1)], True, False),
        ([Piece("opening", 1), Piece("inspection", 1)], True, False),
        ([Piece("opening", 1), Piece("inspection", 2)], True, True),
        ([Piece("pallet", 1, 20, 15)], True, True),
        ([], False, False),
    ],
)
def test_what_opens_a_file_and_what_bears_consequences(pieces, opens, bears):
    assert (opens_a_file(pieces), bears_consequences(pieces)) == (opens, bears)


def test_every_state_is_reached_and_only_dismissed_and_final_are_the_end():
    reached = {"suspected"}
    for _ in STATES:
        reached |= {move.after for move in MOVES.values() if reached & set(move.before)}
    assert reached == set(STATES)
    ends = {state for state in STATES if not open_moves(state, "brand") + open_moves(state, "dealer")}
    assert ends == {"dismissed", "final"}


def test_only_the_dealer_answers_and_appeals_and_only_the_brand_decides():
    assert {name for name, move in MOVES.items() if move.side == "dealer"} == {"answer", "appeal"}
    assert all(move.verdict is None for move in MOVES.values() if move.side == "dealer")


def test_deadlines_bind_uphold_and_appeal_alone():
    soon = AT + timedelta(days=1)
    assert awaits_answer("uphold", "notified", soon, AT)
    assert not awaits_answer("uphold", "answered", soon, AT)
    assert not awaits_answer("dismiss", "notified", soon, AT)
    assert not awaits_answer("uphold", "notified", AT, AT)
    assert is_too_late("appeal", AT, AT)
    assert not is_too_late("answer", AT, AT)


def test_an_appeal_is_never_decided_by_whoever_upheld():
    deciding = {name for name in MOVES if judges_itself(name, 1, [1])}
    assert deciding == {"confirm", "lift"}
    assert not any(judges_itself(name, 2, [1]) for name in MOVES)
    assert not any(judges_itself(name, 1, [None]) for name in MOVES)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("state", STATES)
def test_consequences_follow_an_upheld_file_alone_and_hard_ones_wait_for_the_appeal(stage, state):
    later = AT + timedelta(days=1)
    hard = stage in {"suspend_rebates", "stop_supply"}
    assert may_follow(stage, state=state, verdict="upheld", appeal_by=later, at=AT) == (
        state == "final" or (state == "upheld" and not hard)
    )
    assert may_follow(stage, state=state, verdict="upheld", appeal_by=AT, at=AT) == (state in {"final", "upheld"})
    assert not may_follow(stage, state=state, verdict="dismissed", appeal_by=AT, at=AT)


def test_a_map_fills_its_frame_with_the_counties_that_were_asked_for():
    regions = tuple(Region(code, code, "") for code in "ABC")
    atlas = Atlas(regions, (box(0, 0, 1, 1), box(1, 0, 2, 1), box(50, 50, 51, 51)))
    drawing = draw(atlas, {"A", "B", "unmapped"})
    assert [shape.region.code for shape in drawing.shapes] == ["A", "B"]
    assert drawing.width == WIDTH
    assert drawing.height == pytest.approx(WIDTH / 2, abs=1)
    assert drawing.shapes[0].path == "M500.0,500.0L500.0,0.0L0.0,0.0L0.0,500.0L500.0,500.0Z"
    assert 0 < drawing.shapes[0].x < 500 < drawing.shapes[1].x < 1000


def test_without_a_map_there_is_an_empty_frame():
    assert draw(Atlas(), {"A"}).shapes == ()
