"""Activation, withdrawal and thawing by ranges of any batches, all or nothing; revocation leaves what it must."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app import codes
from app.codes.errors import AlreadyActivated, AlreadyUsed, NotActive, NotFrozen, RangeOutsideBatch
from app.codes.queries import load_catalogue
from tests.builders.codes import STAFF, a_batch, an_active_batch, packed_batches, texts_of, void

TODAY = date(2026, 11, 2)
states = codes.states


def state_of(session, code_no):
    catalogue = load_catalogue(session, session.info["brand_id"])
    return catalogue.state_in(codes.batch_of(session, code_no), code_no, on=TODAY).value


def test_ranges_over_two_batches_are_activated_each_in_its_own(session, at):
    first, second = a_batch(session, count=10), a_batch(session, count=10)
    places = states.activate_ranges(
        session, ranges=[(first.lo + 5, second.lo + 5), (first.lo, first.lo + 1)], by=STAFF, at=at
    )
    assert [place.batch.id for place in places] == [first.id, first.id, second.id]
    told = [state_of(session, number) for number in range(first.lo, second.hi)]
    assert told == ["active"] + ["inactive"] * 4 + ["active"] * 10 + ["inactive"] * 5
    assert codes.check_invariants(session) == []


@pytest.mark.parametrize("ranges", [[(0, 1)], [(1, 12)], [(1, 2), (20, 21)], [(5, 5)], [(7, 3)]])
def test_a_range_that_is_not_all_minted_is_refused(session, at, ranges):
    a_batch(session, count=10)
    for verb in (states.activate_ranges, states.thaw_ranges):
        with pytest.raises(RangeOutsideBatch):
            verb(session, ranges=ranges, by=STAFF, at=at)


def test_one_active_code_among_the_ranges_refuses_them_all(session, at):
    batch = a_batch(session, count=10)
    codes.activate(session, batch_id=batch.id, lo=batch.lo + 4, hi=batch.lo + 5, by=STAFF, at=at)
    with pytest.raises(AlreadyActivated) as refusal:
        states.activate_ranges(
            session, ranges=[(batch.lo, batch.lo + 2), (batch.lo + 4, batch.hi)], by=STAFF, at=at
        )
    assert refusal.value.details == {"lo": batch.lo + 4, "hi": batch.lo + 5}
    assert codes.totals(session)["activated"] == 1


def test_freezes_of_any_rows_are_thawed_by_range_and_the_rest_stays(session, at):
    batch = an_active_batch(session, count=8)
    codes.states.freeze(session, lo=batch.lo, hi=batch.lo + 4, reason="一", by=STAFF, at=at)
    states.block_ranges(
        session, kind="frozen", ranges=[(batch.lo + 3, batch.lo + 7)], reason="二", by=STAFF, at=at
    )
    states.thaw_ranges(session, ranges=[(batch.lo + 2, batch.lo + 5)], by=STAFF, at=at)
    told = [state_of(session, number) for number in range(batch.lo, batch.hi)]
    assert told == ["frozen"] * 2 + ["active"] * 3 + ["frozen"] * 2 + ["active"]
    with pytest.raises(NotFrozen):
        states.thaw_ranges(session, ranges=[(batch.lo + 2, batch.lo + 5)], by=STAFF, at=at)


def test_a_revocation_cuts_spans_keeps_the_rest_and_is_told(session, at):
    batch = an_active_batch(session, count=10, at=at)
    later = at + timedelta(days=1)
    states.revoke(session, ranges=[(batch.lo + 3, batch.lo + 5)], reason="重新安排", by=STAFF, at=later)
    told = [state_of(session, number) for number in range(batch.lo, batch.hi)]
    assert told == ["active"] * 3 + ["inactive"] * 2 + ["active"] * 5
    history = codes.history(session, batch.lo + 3)
    assert history.activated_at is None
    assert [(one.activated_at, one.revoked_at, one.reason) for one in history.revocations] == [
        (at, later, "重新安排")
    ]
    assert codes.history(session, batch.lo + 2).activated_at == at
    assert codes.history(session, batch.lo + 2).revocations == ()
    states.activate_ranges(session, ranges=[(batch.lo + 3, batch.lo + 5)], by=STAFF, at=later)
    assert codes.check_invariants(session) == []


def test_a_revocation_of_what_is_not_all_active_names_the_gap(session, at):
    batch = a_batch(session, count=10)
    codes.activate(session, batch_id=batch.id, lo=batch.lo, hi=batch.lo + 4, by=STAFF, at=at)
    with pytest.raises(NotActive) as refusal:
        states.revoke(session, ranges=[(batch.lo + 2, batch.lo + 6)], reason="误操作", by=STAFF, at=at)
    assert refusal.value.details == {"lo": batch.lo + 4, "hi": batch.lo + 6}


def test_a_thousand_scattered_codes_are_revoked_and_activated_again(session, at):
    batch = an_active_batch(session, count=3000)
    scattered = [(number, number + 1) for number in range(batch.lo, batch.hi, 3)]
    states.revoke(session, ranges=scattered, reason="抽检", by=STAFF, at=at)
    assert codes.totals(session)["activated"] == 2000
    states.activate_ranges(session, ranges=scattered, by=STAFF, at=at)
    assert codes.totals(session)["activated"] == 3000
    assert codes.check_invariants(session) == []


def test_a_revocation_is_evidence(session, at):
    batch = an_active_batch(session)
    states.revoke(session, ranges=[(batch.lo, batch.hi)], reason="误操作", by=STAFF, at=at)
    with pytest.raises(Exception, match="append-only"), session.begin_nested():
        session.execute(text("UPDATE codes_revocation SET reason = 'x'"))


def test_everything_packed_in_some_cases_and_pallets_is_named_level_by_level(session):
    goods = packed_batches(session, pallets=2, cases_per_pallet=3, units_per_case=4)
    one_case = states.with_contents(session, [(goods.cases.lo + 4, goods.cases.lo + 5)])
    assert one_case == [
        (goods.units.lo + 16, goods.units.lo + 20),
        (goods.cases.lo + 4, goods.cases.lo + 5),
    ]
    one_pallet = states.with_contents(session, [(goods.pallets.lo, goods.pallets.lo + 1)])
    assert one_pallet == [
        (goods.units.lo, goods.units.lo + 12),
        (goods.cases.lo, goods.cases.lo + 3),
        (goods.pallets.lo, goods.pallets.lo + 1),
    ]
    units = [(goods.units.lo, goods.units.lo + 2)]
    assert states.with_contents(session, units) == units


def test_a_list_names_every_wrong_line_and_nothing_else(committed, brand, at):
    with committed() as session:
        fresh, active = a_batch(session, count=4), an_active_batch(session, count=4)
        pairs = list(codes.printed(session, batch_id=fresh.id))
        [used] = texts_of(session, active, count=1)
        void(session, lo=fresh.lo + 3, hi=fresh.hi, reason="报废", by=STAFF, at=at)
    lines = [
        pairs[0].outer,
        "",
        "HTTPS://Q.EXAMPLE.COM/S/" + pairs[1].inner,
        "0000000000000000",
        pairs[0].inner,
        used,
        pairs[3].outer,
    ]
    listed = states.read_list(brand.id, lines, kind="activate", on=TODAY)
    assert listed.ranges == [(fresh.lo, fresh.lo + 2)]
    assert [(one.line, one.code, one.other_line) for one in listed.problems] == [
        (4, "codes.unknown", None),
        (5, "codes.listed_twice", 1),
        (6, "codes.already_activated", None),
        (7, "codes.void", None),
    ]
    voids = states.read_list(brand.id, [used, pairs[3].outer], kind="void", on=TODAY)
    assert voids.ranges == [(active.lo, active.lo + 1)]
    assert [(one.line, one.code) for one in voids.problems] == [(2, "codes.void")]
    backs = states.read_list(brand.id, ["", used, pairs[0].outer], kind="revoke", on=TODAY)
    assert backs.lines == {active.lo: 2}
    assert [(one.line, one.code) for one in backs.problems] == [(3, "codes.not_active")]
    told = backs.refused([active.lo, active.lo + 1], AlreadyUsed)
    assert [(one["line"], one["code"]) for one in told] == [(2, "codes.already_used")]


def test_a_list_beyond_two_hundred_thousand_lines_is_refused_at_that_line(committed, brand):
    with committed() as session:
        a_batch(session, count=1)
    listed = states.read_list(brand.id, ["x"] * 200_001, kind="activate", on=TODAY)
    assert listed.ranges == []
    assert [(one.line, one.code) for one in listed.problems] == [(200_001, "codes.too_many_lines")]
