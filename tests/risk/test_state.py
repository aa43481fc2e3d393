"""What is observed off the claim's path becomes a list that every process remembers, and the claim obeys it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app import codes, identity, risk
from app.kit import clock
from app.kit.database import Statements
from app.kit.transaction import transaction
from app.risk.actions import NewEntry, add_entry, join_persons, lift, note_rank
from app.risk.models import FlagRow, Held, Observation
from app.scans.jobs import note_scans
from tests.builders.channel import bearer, staff_headers
from tests.builders.codes import a_batch
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


def test_an_address_past_its_share_of_guesses_is_noted_once_a_minute(brand, app, client, committed):
    was = app.config["MALU_GUESSES_PER_MINUTE"]
    app.config["MALU_GUESSES_PER_MINUTE"] = 3
    address = {"REMOTE_ADDR": "203.0.113.78"}
    try:
        answers = [client.get("/api/consumer/codes/NOCODE", environ_base=address).status_code for _ in range(6)]
    finally:
        app.config["MALU_GUESSES_PER_MINUTE"] = was
    assert answers == [200, 200, 200, 429, 429, 429]
    with committed() as session:
        assert [seen.kind for seen in session.scalars(select(Observation))] == ["guess"]


def test_who_asks_for_codes_that_were_not_released_is_put_off(brand, shelf, claim, committed):
    with committed() as session:
        batch = a_batch(session, count=10)
    for index in range(4):
        assert claim(codes.text_of(brand.id, batch.lo + index), shelf.consumer_id)[0] == 409
    note_scans(brand_id=brand.id, at=clock.now() + SOON)
    assert claim(shelf.code(brand.id), shelf.consumer_id)[1]["error"]["code"] == "risk.deferred"


def test_staff_reads_why_a_claim_was_held_and_the_shop_only_that_it_was(
    brand, shelf, claim, say, client, committed
):
    say("refuse", subject=shelf.consumer_id)
    claim(shelf.code(brand.id), shelf.consumer_id)
    with committed() as session:
        staff, owner = staff_headers(session), bearer(session, shelf.owner_id)

    def told(audience, headers):
        path = f"/api/{audience}/codes/{shelf.code(brand.id)}/explanation"
        return [step["text"] for step in client.get(path, headers=headers).json["steps"]]

    assert "领奖被拒绝: 由品牌人员设定" in told("console", staff)
    assert "领奖被拒绝" in told("terminal", owner)


def test_a_claim_of_somebody_who_is_not_listed_asks_nothing_more(brand, shelf, client, say, committed):
    """Two statements, as before there was risk: one look, one write."""
    with transaction(brand.id) as session:
        headers = bearer(session, shelf.consumer_id)
    sent = []
    was = Statements.fetch_row

    def noted(self, statement, values):
        sent.append(statement)
        return was(self, statement, values)

    say("refuse", subject=shelf.owner_id)
    client.post("/api/consumer/claims", json={"code": shelf.code(brand.id)}, headers=headers)
    Statements.fetch_row = noted
    try:
        answer = client.post("/api/consumer/claims", json={"code": shelf.code(brand.id, 1)}, headers=headers)
    finally:
        Statements.fetch_row = was
    assert answer.status_code == 200
    assert len(sent) == 2
