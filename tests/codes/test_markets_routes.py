"""WeChat's codes over HTTP: who may ask for them, and what a scan's ticket becomes."""

import hashlib
import json

import pyrage
import pytest
from sqlalchemy import text

from app import codes, tenancy
from app.codes.jobs.markets import check_market_codes
from app.kit import clock
from app.kit.transaction import transaction
from app.platforms import http
from tests.builders.codes import a_batch
from tests.builders.console import staff_headers
from tests.builders.packs import LABEL, minted_batches
from tests.conftest import client_of

ROOT = "/api/console/market-codes"
TICKETS = "/api/consumer/code-tickets"


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


@pytest.fixture
def operator(brand):
    return staff_headers(brand)


@pytest.fixture
def batch(brand):
    with transaction(brand.id) as session:
        return a_batch(session, count=10_000, has_inner=False)


@pytest.fixture
def requested(client, wechat, operator, batch):
    return client.post(ROOT, json={"batch_id": str(batch.id)}, headers=operator).get_json()


@pytest.fixture
def ready(client, wechat, brand, operator, requested, worker):
    worker()
    wechat.advance(61)
    check_market_codes(brand_id=brand.id, at=clock.now())
    worker()
    return client.get(f"{ROOT}/{requested['id']}", headers=operator).get_json()


@pytest.fixture
def active(client, operator, ready, worker):
    body = {"activity_name": "夏日畅饮"}
    client.post(f"{ROOT}/{ready['id']}/activations", json=body, headers=operator)
    worker()
    return ready


@pytest.fixture
def afang(wechat, client):
    return wechat.phone(client).sign_in()


@pytest.fixture
def ticket(wechat, afang, active):
    return afang.scan(wechat.printed(active["application_id"], 7))["query"]


def written(brand):
    """Everything a scan could have written about a person or a code."""
    tables = ("codes_query", "custody_sighting", "rewards_claim", "kit_job")
    with transaction(brand.id) as session:
        return [
            session.execute(text(f"SELECT count(*) FROM {name} WHERE brand_id = :id"), {"id": brand.id}).scalar()  # noqa: S608 - ours
            for name in tables
        ]


def test_a_request_is_listed_and_shown(client, operator, batch, requested):
    assert (requested["batch_id"], requested["state"], requested["application_id"]) == (
        str(batch.id),
        "requested",
        None,
    )
    assert client.get(ROOT, headers=operator).get_json() == {"items": [requested], "next_cursor": None}
    assert client.get(f"{ROOT}/{requested['id']}", headers=operator).get_json() == requested


def test_a_batch_is_requested_once_and_must_exist(client, operator, batch, requested):
    again = client.post(ROOT, json={"batch_id": str(batch.id)}, headers=operator)
    assert refusal(again) == (409, "codes.market_requested")
    nothing = client.post(ROOT, json={"batch_id": "1"}, headers=operator)
    assert refusal(nothing) == (404, "codes.unknown_batch")
    assert refusal(client.get(f"{ROOT}/1", headers=operator)) == (404, "codes.unknown_market")


def test_a_brand_without_account_secret_or_key_is_told_what_is_missing(client, brand, operator, batch):
    def ask():
        return refusal(client.post(ROOT, json={"batch_id": str(batch.id)}, headers=operator))

    assert ask() == (409, "codes.no_market_account")
    with transaction(brand.id) as session:
        app = tenancy.PlatformApp("wechat", f"wx{brand.id}", "service", None)
        tenancy.register_app(session, brand_id=brand.id, app=app)
    assert ask() == (409, "codes.no_market_account")
    with transaction(brand.id) as session:
        tenancy.store_secret(session, name=f"wechat:wx{brand.id}", value=b"s")
    assert ask() == (409, "codes.no_market_account")


def test_another_brand_sees_nothing(app, other_brand, requested):
    client, staff = client_of(app, other_brand), staff_headers(other_brand)
    assert client.get(ROOT, headers=staff).get_json()["items"] == []
    for path in (requested["id"], f"{requested['id']}/activations"):
        assert refusal(client.get(f"{ROOT}/{path}", headers=staff)) == (404, "codes.unknown_market")


@pytest.mark.parametrize("role", ["auditor", None])
def test_only_operators_ask_and_only_admins_tell_the_key(client, wechat, brand, batch, role):
    staff = staff_headers(brand, role)
    expected = (401, "identity.sign_in_required") if role is None else (403, "identity.forbidden")
    assert refusal(client.post(ROOT, json={"batch_id": str(batch.id)}, headers=staff)) == expected
    assert refusal(client.post(f"{ROOT}/key", json={"key": "k" * 32}, headers=staff)) == expected


def test_the_key_is_checked_kept_and_audited_without_being_told(client, wechat, brand, operator):
    admin = staff_headers(brand, "brand_admin")
    assert client.post(f"{ROOT}/key", json={"key": "k" * 32}, headers=admin).status_code == 204
    assert refusal(client.post(f"{ROOT}/key", json={"key": "k"}, headers=admin)) == (
        422,
        "platforms.invalid_market_key",
    )
    assert refusal(client.post(f"{ROOT}/key", json={"key": "k" * 32}, headers=operator)) == (
        403,
        "identity.forbidden",
    )
    audit = client.get("/api/console/audit", headers=admin).get_data(as_text=True)
    assert "codes.market_key" in audit
    assert "kkkk" not in audit


def test_the_print_file_holds_wechats_texts_and_our_numbers(wechat, client, operator, batch, ready):
    factory = pyrage.x25519.Identity.generate()
    body = {"recipient": str(factory.to_public())}
    with client.post(f"{ROOT}/{ready['id']}/export", json=body, headers=operator) as response:
        assert response.headers["Content-Disposition"].endswith(f"wechat-codes-{batch.number}.csv.age")
        manifest, *lines = pyrage.decrypt(response.get_data(), [factory]).splitlines(keepends=True)
    told = json.loads(manifest)
    assert (told["count"], told["sha256"]) == (10_000, hashlib.sha256(b"".join(lines)).hexdigest())
    number, printed = lines[4_321].decode().strip().split(",")
    assert int(number) == batch.lo + 4_321
    assert printed == wechat.printed(ready["application_id"], 4_321)
    shown = client.get(f"/api/console/batches/{batch.id}", headers=operator).get_json()
    assert shown["state"] == "exported"


def test_our_own_print_file_of_such_a_batch_is_refused(client, wechat, brand, operator):
    with transaction(brand.id) as session:
        [ordered] = minted_batches(session, LABEL, count=10_000)
    assert client.post(ROOT, json={"batch_id": str(ordered.id)}, headers=operator).status_code == 201
    body = {"recipient": str(pyrage.x25519.Identity.generate().to_public())}
    response = client.post(f"/api/console/batches/{ordered.id}/deliveries", json=body, headers=operator)
    assert refusal(response) == (409, "codes.printed_by_market")


def test_a_print_file_has_to_wait_for_wechat_and_needs_a_real_recipient(client, operator, ready, requested, brand):
    path = f"{ROOT}/{ready['id']}/export"
    assert refusal(client.post(path, json={"recipient": "age1no"}, headers=operator)) == (
        422,
        "codes.invalid_recipient",
    )
    with transaction(brand.id) as session:
        fresh = a_batch(session, count=10_000, has_inner=False)
    young = client.post(ROOT, json={"batch_id": str(fresh.id)}, headers=operator).get_json()
    early = client.post(f"{ROOT}/{young['id']}/export", json={"recipient": "age1no"}, headers=operator)
    assert refusal(early) == (409, "codes.market_not_ready")


def test_an_activation_is_listed_with_what_wechat_said(client, operator, batch, active):
    path = f"{ROOT}/{active['id']}/activations"
    (item,) = client.get(path, headers=operator).get_json()["items"]
    assert (item["lo"], item["hi"], item["state"]) == (batch.lo, batch.hi, "active")
    again = client.post(path, json={"activity_name": "又来", "lo": batch.lo, "hi": batch.lo + 1}, headers=operator)
    assert refusal(again) == (409, "codes.market_active")
    outside = client.post(
        path, json={"activity_name": "又来", "lo": batch.hi, "hi": batch.hi + 1}, headers=operator
    )
    assert refusal(outside) == (422, "codes.range_outside_batch")
    slash = client.post(path, json={"activity_name": "又来", "wxa_path": "/pages"}, headers=operator)
    assert slash.status_code == 422


def test_a_ticket_becomes_our_code_and_writes_nothing(brand, batch, afang, ticket):
    before = written(brand)
    answer = afang.post("code-tickets", ticket)
    assert answer.get_json() == {"code": codes.text_of(brand.id, batch.lo + 7)}
    assert written(brand) == before


def test_a_ticket_is_good_once_and_for_its_scanner(wechat, client, brand, afang, ticket):
    dawei = wechat.phone(client, nickname="大伟").sign_in()
    assert refusal(dawei.post("code-tickets", ticket)) == (409, "platforms.invalid_code_ticket")
    assert afang.post("code-tickets", ticket).status_code == 200
    replayed = afang.post("code-tickets", ticket)
    assert refusal(replayed) == (409, "platforms.invalid_code_ticket")
    assert "重新扫码" in replayed.get_json()["error"]["message"]


def test_a_ticket_needs_somebody_who_signed_in_by_the_mini_program(client, brand, ticket):
    assert refusal(client.post(TICKETS, json=ticket)) == (401, "identity.sign_in_required")
    stranger = staff_headers(brand, None)
    assert refusal(client.post(TICKETS, json=ticket, headers=stranger)) == (409, "codes.not_in_mini_program")


def test_a_page_may_name_its_own_app(wechat, afang, ticket):
    other = afang.post("code-tickets", {**ticket, "app_id": "wx-another"})
    assert refusal(other) == (409, "codes.not_in_mini_program")
    assert afang.post("code-tickets", {**ticket, "app_id": wechat.mini}).status_code == 200


@pytest.mark.parametrize("fault", ["timeout_before_commit", "timeout_after_commit", "bad_gateway", "truncated"])
def test_a_silent_wechat_is_busy_and_nothing_is_written(wechat, brand, afang, ticket, fault, monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.3)
    before = written(brand)
    wechat.fault(fault, match="tickettocode")
    assert refusal(afang.post("code-tickets", ticket)) == (503, "platforms.busy")
    assert written(brand) == before


def test_a_ticket_that_wechat_did_not_hear_of_is_traded_at_the_next_try(wechat, afang, ticket):
    wechat.fault("error_before_commit", match="tickettocode")
    assert afang.post("code-tickets", ticket).status_code == 503
    assert afang.post("code-tickets", ticket).status_code == 200


@pytest.mark.usefixtures("one_minute")
def test_whoever_guesses_tickets_is_slowed_down(afang, active):
    answers = [afang.post("code-tickets", {"code_ticket": f"guess{number}"}) for number in range(31)]
    assert {refusal(answer) for answer in answers[:30]} == {(409, "platforms.invalid_code_ticket")}
    assert refusal(answers[30]) == (429, "kit.too_many_requests")


def test_a_code_that_is_not_active_at_wechat_opens_nothing(wechat, afang, ready):
    assert afang.scan(wechat.printed(ready["application_id"], 7)) == {"opens": None, "says": "该二维码未激活"}
