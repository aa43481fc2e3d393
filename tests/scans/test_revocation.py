"""An activation is taken back while nobody has used the codes: no code is ever both revoked and paid."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import text

from app import campaigns, codes
from app.books import prove
from app.kit import clock
from app.kit.database import database
from app.kit.transaction import transaction
from app.scans.actions import revoke_activation
from tests.builders.channel import bearer, someone_with
from tests.builders.codes import STAFF
from tests.builders.console import staff_headers
from tests.builders.scans import a_shelf
from tests.conftest import client_of

REVOCATIONS = "/api/console/revocations"
CLAIMS = "/api/consumer/claims"


@pytest.fixture
def shelf(committed):
    with committed() as session:
        return a_shelf(session, units=240)


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def revoke(client, headers, lo, hi, reason="排产有变"):
    return take_back(client, headers, ranges=[{"lo": lo, "hi": hi}], reason=reason)


def take_back(client, headers, reason="排产有变", **named):
    return client.post(REVOCATIONS, json=named | {"reason": reason}, headers=headers)


def consumer(brand, person_id):
    with transaction(brand.id) as session:
        return bearer(session, person_id)


def test_unused_codes_become_inactive_lose_their_campaign_and_may_be_activated_again(
    client, brand, committed, shelf
):
    headers, lo = staff_headers(brand), shelf.units.lo
    answer = revoke(client, headers, lo, lo + 10)
    assert (answer.status_code, answer.get_json()["count"]) == (201, 10)
    assert codes.read(brand.id, shelf.code(brand.id)).state == "inactive"
    assert campaigns.book(brand.id).find(lo) is None
    assert campaigns.book(brand.id).find(lo + 10).id == shelf.campaign_id
    mine = consumer(brand, shelf.consumer_id)
    assert refusal(client.post(CLAIMS, json={"code": shelf.code(brand.id)}, headers=mine)) == (
        409,
        "codes.inactive",
    )
    with committed() as session:
        campaigns.activate(
            session,
            batch_id=shelf.units.id,
            lo=lo,
            hi=lo + 10,
            campaign_id=shelf.campaign_id,
            by=STAFF,
            at=clock.now(),
        )
    assert client.post(CLAIMS, json={"code": shelf.code(brand.id)}, headers=mine).status_code == 200
    with committed() as session:
        assert not any(prove(session).values())


@pytest.mark.parametrize("use", ["claim", "query"])
def test_one_used_code_keeps_all_of_the_range_active(client, brand, shelf, use):
    code = shelf.code(brand.id, 5)
    if use == "claim":
        assert (
            client.post(CLAIMS, json={"code": code}, headers=consumer(brand, shelf.consumer_id)).status_code == 200
        )
    else:
        assert client.post("/api/consumer/scans", json={"code": code}).status_code == 200
    answer = revoke(client, staff_headers(brand), shelf.units.lo, shelf.units.lo + 10)
    assert refusal(answer) == (409, "codes.already_used")
    assert answer.get_json()["error"]["details"] == {"code_nos": [shelf.units.lo + 5]}
    assert codes.read(brand.id, shelf.code(brand.id)).state == "active"
    beside = revoke(client, staff_headers(brand), shelf.units.lo + 6, shelf.units.lo + 10)
    assert beside.status_code == 201


def test_what_is_not_active_or_not_minted_is_refused(client, brand, shelf):
    headers, lo = staff_headers(brand), shelf.units.lo
    assert revoke(client, headers, lo, lo + 1).status_code == 201
    assert refusal(revoke(client, headers, lo, lo + 2)) == (409, "codes.not_active")
    assert refusal(revoke(client, headers, lo, lo)) == (422, "codes.range_outside_batch")
    assert refusal(revoke(client, headers, lo, lo + 2, reason="")) == (422, "kit.invalid_input")


def test_only_the_brands_own_writers_revoke(client, brand, other_brand, shelf):
    lo = shelf.units.lo
    assert revoke(client, None, lo, lo + 1).status_code == 401
    for headers in (staff_headers(brand, "auditor"), staff_headers(brand, None), staff_headers(other_brand)):
        assert revoke(client, headers, lo, lo + 1).status_code in {401, 403}
        assert client.post(f"{REVOCATIONS}/files?reason=x", data=b"x", headers=headers).status_code in {401, 403}


def test_a_whole_batch_is_taken_back_at_once(client, brand, shelf):
    headers, units = staff_headers(brand), shelf.units
    answer = take_back(client, headers, batch_id=str(units.id))
    told = answer.get_json()
    assert (answer.status_code, told["count"], told["subject"]) == (201, 240, f"批次 {units.number}")
    assert {codes.read(brand.id, shelf.code(brand.id, place)).state for place in (0, 239)} == {"inactive"}
    assert refusal(take_back(client, headers, batch_id=str(units.id))) == (409, "codes.not_active")
    assert refusal(take_back(client, headers, batch_id="7")) == (404, "codes.unknown_batch")


def test_a_case_is_taken_back_with_everything_in_it(client, brand, shelf):
    answer = take_back(client, staff_headers(brand), texts=[shelf.case_code(brand.id)], with_contents=True)
    assert (answer.status_code, answer.get_json()["count"]) == (201, 25)
    states = [codes.read(brand.id, shelf.code(brand.id, place)).state for place in (0, 23, 24)]
    assert states == ["inactive", "inactive", "active"]


def test_of_several_ranges_all_or_none_are_taken_back_and_the_used_ones_are_named(client, brand, shelf):
    lo, used = shelf.units.lo, (3, 7, 41)
    for place in used:
        client.post("/api/consumer/scans", json={"code": shelf.code(brand.id, place)})
    mine = consumer(brand, shelf.consumer_id)
    client.post(CLAIMS, json={"code": shelf.code(brand.id, 41)}, headers=mine)
    ranges = [{"lo": lo + first, "hi": lo + first + 10} for first in (0, 20, 40)]
    answer = take_back(client, staff_headers(brand), ranges=ranges)
    assert refusal(answer) == (409, "codes.already_used")
    assert answer.get_json()["error"]["details"] == {"code_nos": [lo + place for place in used]}
    assert codes.read(brand.id, shelf.code(brand.id, 20)).state == "active"
    answer = take_back(client, staff_headers(brand), ranges=ranges[1:2])
    assert (answer.status_code, answer.get_json()["count"]) == (201, 10)


def test_a_list_and_a_file_are_taken_back_whole_or_each_wrong_line_is_named(client, brand, shelf):
    headers = staff_headers(brand)
    lines = [shelf.code(brand.id, place) for place in range(6)]
    assert take_back(client, headers, texts=lines[:1]).status_code == 201
    answer = take_back(client, headers, texts=[*lines[:2], "xyz", lines[1]])
    assert refusal(answer) == (422, "codes.list_refused")
    assert [(one["line"], one["code"]) for one in answer.get_json()["error"]["details"]["errors"]] == [
        (1, "codes.not_active"),
        (3, "codes.unknown"),
        (4, "codes.listed_twice"),
    ]
    client.post("/api/consumer/scans", json={"code": lines[4]})
    path, csv = f"{REVOCATIONS}/files?name=back.csv&reason=x", {"Content-Type": "text/csv"}
    file = "\n".join(lines[1:]).encode()
    for answer in (
        take_back(client, headers, texts=lines[1:]),
        client.post(path, data=file, headers=headers | csv),
    ):
        assert refusal(answer) == (409, "codes.already_used")
        details = answer.get_json()["error"]["details"]
        assert details["code_nos"] == [shelf.units.lo + 4]
        assert [(one["line"], one["code"]) for one in details["errors"]] == [(4, "codes.already_used")]
    assert codes.read(brand.id, lines[1]).state == "active"
    body = f"{lines[1]}\n{lines[3]}\n".encode()
    told = client.post(path, data=body, headers=headers | csv).get_json()
    assert (told["count"], told["ranges"], told["subject"]) == (2, 2, "文件 back.csv")
    assert [codes.read(brand.id, line).state for line in lines[1:4]] == ["inactive", "active", "inactive"]
    assert refusal(client.post(path, data=b"", headers=headers | csv)) == (422, "kit.empty_file")
    silent = client.post(f"{REVOCATIONS}/files", data=body, headers=headers | csv)
    assert refusal(silent) == (422, "kit.invalid_input")


def test_a_revocation_names_one_thing(client, brand, shelf):
    span = [{"lo": shelf.units.lo, "hi": shelf.units.lo + 1}]
    for named in ({}, {"batch_id": str(shelf.units.id), "ranges": span}, {"texts": ["x"], "ranges": span}):
        assert refusal(take_back(client, staff_headers(brand), **named)) == (422, "codes.nothing_named")


def test_a_revocation_is_part_of_the_codes_story(client, brand, shelf):
    headers = staff_headers(brand)
    revoke(client, headers, shelf.units.lo, shelf.units.lo + 1)
    told = client.get(f"/api/console/codes/{shelf.code(brand.id)}/explanation", headers=headers).get_json()
    assert "激活已撤销: 排产有变" in [step["text"] for step in told["steps"]]


def test_a_claim_that_was_decided_before_the_revocation_and_writes_after_it_is_not_paid(app, client, brand, shelf):
    """The revocation holds its lock while the claim, which has read the old state, waits to be written."""
    code, lo, headers = shelf.code(brand.id), shelf.units.lo, consumer(brand, shelf.consumer_id)
    codes.read(brand.id, code)
    answers = []

    def claim():
        with app.app_context():
            answers.append(client.post(CLAIMS, json={"code": code}, headers=headers))

    thread = threading.Thread(target=claim)
    with transaction(brand.id) as session:
        revoke_activation(session, ranges=[(lo, lo + 1)], reason="排产有变", by=STAFF, at=clock.now())
        thread.start()
        wait_for_a_waiting_claim(brand)
    thread.join()
    assert refusal(answers[0]) == (409, "codes.inactive")
    assert both(brand) == []


def wait_for_a_waiting_claim(brand):
    """Until somebody stands in the queue for the claims' table."""

    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(2000):
            waiting = connection.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'rewards_claim'::regclass"
            ).fetchone()
            if waiting and waiting[0]:
                return
    raise AssertionError("the claim never waited")


def both(brand):
    """Codes that were paid, and whose activation was taken back after that or that are not active."""
    with transaction(brand.id) as session:
        statement = text("""
            SELECT claim.code_no FROM rewards_claim claim
            WHERE claim.brand_id = :b AND NOT EXISTS (
              SELECT FROM codes_span span WHERE span.brand_id = :b
                AND span.lo <= claim.code_no AND claim.code_no < span.hi)""")
        return list(session.execute(statement, {"b": brand.id}).scalars())


def test_claims_and_revocations_of_the_same_codes_never_both_succeed(app, brand, committed, shelf):
    with committed() as session:
        people = [someone_with(session) for _ in range(6)]
    texts = [shelf.code(brand.id, place) for place in range(240)]
    work = [(claim_some, person, texts) for person in people] + [(take_some_back, None, shelf)] * 2
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda number: race(app, brand, number, *work[number]), range(8)))
    claimed, revoked = set().union(*done[:6]), set().union(*done[6:])
    assert both(brand) == []
    assert not claimed & revoked
    assert claimed
    assert revoked
    with committed() as session:
        assert not any(prove(session).values())


def race(app, brand, number, verb, person_id, subject):
    """The places that one racer has won, of eighty that he tried in an order of his own."""
    with app.app_context():
        return {
            place
            for place in random.Random(number).sample(range(240), 80)
            if verb(app, brand, person_id, subject, place)
        }


def claim_some(app, brand, person_id, texts, place):
    answer = client_of(app, brand).post(CLAIMS, json={"code": texts[place]}, headers=consumer(brand, person_id))
    assert answer.status_code in {200, 409, 503}, answer.text
    return answer.status_code == 200


def take_some_back(_app, brand, _person_id, shelf, place):
    lo = shelf.units.lo + place
    try:
        with transaction(brand.id) as session:
            revoke_activation(session, ranges=[(lo, lo + 1)], reason="排产有变", by=STAFF, at=clock.now())
    except (codes.states.AlreadyUsed, codes.states.NotActive):
        return False
    return True
