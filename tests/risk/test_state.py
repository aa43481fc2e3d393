"""What is observed off the claim's path becomes a list that every process remembers, and the claim obeys it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app import identity, risk
from app.kit import clock
from app.kit.transaction import transaction
from app.risk.actions import NewEntry, add_entry, join_persons, lift, note_rank
from app.risk.models import FlagRow, Held, Observation
from app.scans.jobs import note_scans
from tests.builders.channel import bearer
from tests.builders.scans import a_shelf

SOON = timedelta(seconds=5)


@pytest.fixture
def shelf(brand, committed):
    with committed() as session:
        return a_shelf(session, units=240)


@pytest.fixture
def claim(brand, client):
    def post(code, person_id):
        with transaction(brand.id) as session:
            headers = bearer(session, person_id)
        response = client.post("/api/consumer/claims", json={"code": code}, headers=headers)
        return response.status_code, response.get_json()

    return post


@pytest.fixture
def say(brand, committed):
    """Staff's word about a subject."""

    def add(answer, *, kind="person", subject="", until=None, lo=0, hi=0):
        with committed() as session:
            by = identity.make_person(session, nickname="审核", at=clock.now())
            entry = NewEntry(kind, str(subject), answer, "测试", until, lo, hi)
            return add_entry(session, entry, by=by, at=clock.now()).id

    return add


def test_whoever_is_refused_is_told_kindly_and_the_refusal_is_kept(brand, shelf, claim, say, committed):
    say("refuse", subject=shelf.consumer_id)
    status, body = claim(shelf.code(brand.id), shelf.consumer_id)
    assert (status, body["error"]["code"]) == (403, "risk.refused")
    with committed() as session:
        held = session.get_one(Held, (brand.id, int(body["error"]["details"]["held"])))
        assert (held.person_id, held.code_no, held.answer) == (shelf.consumer_id, shelf.units.lo, "refuse")
        assert session.get_one(Observation, (brand.id, held.id)).kind == "held"


def test_a_deferred_code_stays_claimable_and_is_paid_when_staff_lifts_the_flag(
    brand, shelf, claim, say, committed
):
    flag_id = say("defer", subject=shelf.consumer_id)
    assert claim(shelf.code(brand.id), shelf.consumer_id)[1]["error"]["code"] == "risk.deferred"
    with committed() as session:
        lift(session, flag_id=flag_id, words="查过了", by=shelf.owner_id, at=clock.now())
    assert claim(shelf.code(brand.id), shelf.consumer_id)[0] == 200


def test_a_flag_that_has_run_out_holds_nobody(brand, shelf, claim, say):
    say("refuse", subject=shelf.consumer_id, until=clock.now() - SOON)
    assert claim(shelf.code(brand.id), shelf.consumer_id)[0] == 200


def test_who_is_asked_for_a_number_is_paid_once_a_platform_vouches_for_it(brand, shelf, claim, say, committed):
    say("verify_first", subject=shelf.consumer_id)
    assert claim(shelf.code(brand.id), shelf.consumer_id)[1]["error"]["code"] == "risk.verify_first"
    with committed() as session:
        masked = text("UPDATE identity_person SET phone_masked = '138****0001' WHERE id = :id")
        session.execute(masked, {"id": shelf.consumer_id})
    assert claim(shelf.code(brand.id), shelf.consumer_id)[0] == 200


def test_a_range_of_codes_is_refused_to_everybody_but_the_trusted(brand, shelf, claim, say):
    say("refuse", kind="range", subject="1", lo=shelf.units.lo, hi=shelf.units.lo + 1)
    assert claim(shelf.code(brand.id), shelf.consumer_id)[1]["error"]["code"] == "risk.refused"
    assert claim(shelf.code(brand.id, 1), shelf.consumer_id)[0] == 200


def test_a_flag_of_one_brand_says_nothing_in_another(brand, other_brand, shelf, claim, say):
    with transaction(other_brand.id) as session:
        by = identity.make_person(session, nickname="别家", at=clock.now())
        entry = NewEntry("person", str(shelf.consumer_id), "refuse", "别家的事", None)
        add_entry(session, entry, by=by, at=clock.now())
    assert claim(shelf.code(brand.id), shelf.consumer_id)[0] == 200


def test_a_collector_of_caps_is_flagged_by_the_round_that_follows(brand, shelf, claim, committed):
    for case in range(8):
        assert claim(shelf.code(brand.id, 24 * case), shelf.consumer_id)[0] == 200
    note_scans(brand_id=brand.id, at=clock.now() + SOON)
    with committed() as session:
        flag = session.scalars(select(FlagRow)).one()
        assert "newcomer" in {reason["signal"] for reason in flag.reasons}
    status, body = claim(shelf.code(brand.id, 24 * 8), shelf.consumer_id)
    assert (status, body["error"]["code"]) in {(409, "risk.deferred"), (403, "risk.refused")}


def test_noting_the_same_twice_changes_nothing(brand, shelf, claim, committed):
    claim(shelf.code(brand.id), shelf.consumer_id)
    for _ in range(2):
        note_scans(brand_id=brand.id, at=clock.now() + SOON)
    with committed() as session:
        assert len(session.scalars(select(Observation)).all()) == 1
        assert not risk.check_invariants(session)


def test_a_look_before_the_claim_lends_it_device_and_address(brand, shelf, claim, client, committed):
    client.post("/api/consumer/scans", json={"code": shelf.code(brand.id)})
    claim(shelf.code(brand.id), shelf.consumer_id)
    note_scans(brand_id=brand.id, at=clock.now() + SOON)
    with committed() as session:
        seen = session.scalars(select(Observation).where(Observation.kind == "claim")).one()
        assert seen.device is not None
        assert seen.address is not None
        assert (seen.bare, seen.handled, seen.unsold, seen.dealer_id) == (False, False, False, shelf.dealer.id)


def test_a_rank_of_four_asks_for_a_number_at_once(brand, shelf, claim, committed):
    with committed() as session:
        assert note_rank(session, person_id=shelf.consumer_id, rank=4, at=clock.now()) == 1
    assert claim(shelf.code(brand.id), shelf.consumer_id)[1]["error"]["code"] == "risk.verify_first"


def test_flags_and_observations_follow_a_merge_of_persons(brand, shelf, claim, say, committed):
    claim(shelf.code(brand.id), shelf.consumer_id)
    note_scans(brand_id=brand.id, at=clock.now() + SOON)
    say("refuse", subject=shelf.consumer_id)
    with committed() as session:
        survivor_id = identity.make_person(session, nickname="同一个人", at=clock.now())
        for _ in range(2):
            join_persons(session, person_id=shelf.consumer_id, survivor_id=survivor_id)
        assert session.scalars(select(Observation)).one().person_id == survivor_id
    assert claim(shelf.code(brand.id, 1), survivor_id)[1]["error"]["code"] == "risk.refused"
