import json

import pytest
from sqlalchemy import func, select

from app.kit.transaction import transaction
from app.payouts.models import Notified, Payout
from tests.builders.payouts import a_merchant, a_payee

WALLET, ENTRIES, PAYOUTS = "/api/consumer/wallet", "/api/consumer/wallet/entries", "/api/consumer/payouts"
HOOK = "/hooks/wechatpay"
KEY = {"Idempotency-Key": "a-key-of-a-test"}


@pytest.fixture
def person_id(committed):
    with committed() as session:
        a_merchant(session)
        return a_payee(session, fen=1000)


@pytest.fixture
def owner(person_id, bearer):
    return bearer(person_id)


@pytest.fixture
def stranger(committed, bearer):
    with committed() as session:
        person_id = a_payee(session, fen=1000)
    return bearer(person_id)


@pytest.fixture
def ask(client, owner):
    """Ask for a payout as the owner of the wallet."""

    def post(fen, **headers):
        return client.post(PAYOUTS, json={"amount_fen": fen}, headers=owner | (headers or KEY))

    return post


def refusal(response):
    return response.status_code, response.json["error"]["code"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", WALLET), ("GET", ENTRIES), ("GET", PAYOUTS), ("POST", PAYOUTS), ("GET", PAYOUTS + "/1")],
)
def test_nobody_sees_or_moves_money_without_signing_in(client, method, path):
    assert refusal(client.open(path, method=method)) == (401, "identity.sign_in_required")


def test_the_wallet_shows_balance_transit_and_limits(client, owner, ask):
    ask(300)
    assert client.get(WALLET, headers=owner).json == {
        "balance_fen": 700,
        "in_transit_fen": 300,
        "minimum_fen": 10,
        "maximum_fen": 20_000,
    }


def test_the_entries_say_what_came_and_went_and_why(client, owner, ask):
    ask(300)
    page = client.get(ENTRIES, headers=owner | {"Accept-Language": "zh-CN"}).json
    assert [(item["amount_fen"], item["kind"], item["reason"]) for item in page["items"]] == [
        (-300, "payout", "提现到微信"),
        (1000, "prize", "扫码奖金"),
    ]
    english = client.get(ENTRIES, headers=owner | {"Accept-Language": "en"}).json
    assert english["items"][0]["reason"] == "Withdrawn to WeChat"


def test_the_entries_come_page_by_page(client, owner, ask):
    ask(300)
    first = client.get(f"{ENTRIES}?limit=1", headers=owner).json
    second = client.get(f"{ENTRIES}?limit=1&cursor={first['next_cursor']}", headers=owner).json
    assert [page["items"][0]["amount_fen"] for page in (first, second)] == [-300, 1000]
    assert second["next_cursor"] is None


def test_a_payout_is_requested(ask):
    response = ask(300)
    answer = response.json
    assert response.status_code == 201
    assert isinstance(answer["id"], str)
    assert (answer["amount_fen"], answer["state"], answer["package"]) == (300, "requested", None)
    assert (answer["reason"], answer["expires_at"]) == (None, None)


def test_the_same_key_replays_the_answer_and_moves_the_money_once(client, owner, ask):
    assert ask(300).json == ask(300).json
    assert client.get(WALLET, headers=owner).json["balance_fen"] == 700


def test_the_same_key_with_another_amount_is_refused(ask):
    ask(300)
    assert refusal(ask(301)) == (409, "kit.idempotency_key_reused")


def test_two_people_may_use_the_same_key(client, ask, stranger):
    ask(300)
    response = client.post(PAYOUTS, json={"amount_fen": 10}, headers=stranger | KEY)
    assert (response.status_code, response.json["amount_fen"]) == (201, 10)


@pytest.mark.parametrize(
    ("fen", "status", "code"),
    [
        (9, 409, "payouts.amount_too_small"),
        (20_001, 409, "payouts.amount_too_large"),
        (1_001, 409, "ledger.insufficient_balance"),
        (0, 422, "kit.invalid_input"),
        ("100", 422, "kit.invalid_input"),
        (10.5, 422, "kit.invalid_input"),
    ],
)
def test_an_amount_that_cannot_be_withdrawn_is_refused_with_its_reason(ask, fen, status, code):
    assert refusal(ask(fen)) == (status, code)


def test_a_refused_request_does_not_use_up_its_key(ask):
    assert ask(9).status_code == 409
    assert ask(9).status_code == 409


def test_a_payout_needs_a_key(client, owner):
    assert refusal(client.post(PAYOUTS, json={"amount_fen": 10}, headers=owner)) == (422, "kit.invalid_input")


def test_a_brand_without_a_merchant_account_says_so(client, stranger):
    response = client.post(PAYOUTS, json={"amount_fen": 10}, headers=stranger | KEY)
    assert refusal(response) == (409, "payouts.not_offered")


def test_the_owner_sees_their_payouts_and_a_stranger_none(client, owner, ask, stranger):
    payout = ask(300).json
    assert client.get(PAYOUTS, headers=owner).json["items"] == [payout]
    assert client.get(f"{PAYOUTS}/{payout['id']}", headers=owner).json == payout
    assert client.get(PAYOUTS, headers=stranger).json["items"] == []
    assert refusal(client.get(f"{PAYOUTS}/{payout['id']}", headers=stranger)) == (404, "payouts.unknown")


@pytest.fixture
def banked(bank, client, bearer):
    """The person of the bank asks over HTTP; returns a look at the payout."""
    headers = bearer(bank.person_id)

    def show(payout):
        return client.get(f"{PAYOUTS}/{payout.id}", headers=headers).json

    return show


def test_the_package_is_told_only_while_the_payout_waits(bank, banked, client):
    payout = bank.withdraw()
    waiting = bank.send(payout)
    shown = banked(payout)
    assert (shown["state"], shown["package"]["package"]) == ("waiting", waiting.package_info)
    assert (shown["package"]["mch_id"], shown["package"]["app_id"]) == (bank.keys["mch_id"], payout.app_id)
    assert shown["expires_at"]
    bank.confirm(payout)
    assert client.post(HOOK, **bank.letter(payout)).status_code == 204
    shown = banked(payout)
    assert (shown["state"], shown["package"], shown["reason"]) == ("paid", None, None)


def test_a_returned_payout_says_why(bank, banked):
    payout = bank.withdraw()
    bank.spoil("transfer_fails", match="/transfer-bills", fail_reason="ACCOUNT_FROZEN")
    bank.send(payout)
    shown = banked(payout)
    assert (shown["state"], shown["package"]) == ("returned", None)
    assert "冻结" in shown["reason"]


def finish(bank):
    payout = bank.withdraw(fen=100)
    bank.send(payout)
    bank.confirm(payout)
    return payout


def count(bank, table):
    with transaction(bank.brand_id) as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_notification_takes_effect_once_however_often_it_comes(bank, client):
    payout = finish(bank)
    letters = [bank.letter(payout, id="one-and-the-same") for _ in range(3)]
    assert [client.post(HOOK, **letter).status_code for letter in letters] == [204] * 3
    assert client.post(HOOK, **letters[0]).status_code == 204
    assert (bank.look(payout).state, count(bank, Notified), bank.wrongs()) == ("paid", 1, [])


def test_a_notification_may_come_before_the_answer_to_the_request(bank, client):
    payout = bank.withdraw(fen=100)
    bank.spoil("drop_after_commit")
    bank.send(payout)
    (bill,) = bank.bills(payout)
    bank.control("POST", "confirm", {"package": bill["package"]})
    assert client.post(HOOK, **bank.letter(payout)).status_code == 204
    assert (bank.look(payout).state, bank.send(payout).attempts, bank.wrongs()) == ("paid", 1, [])


def test_an_older_notification_that_comes_later_changes_nothing(bank, client):
    payout = finish(bank)
    client.post(HOOK, **bank.letter(payout))
    late = bank.letter(payout, overrides={"state": "WAIT_USER_CONFIRM"})
    assert client.post(HOOK, **late).status_code == 204
    assert (bank.look(payout).state, bank.wrongs()) == ("paid", [])


def test_a_notification_that_contradicts_the_end_is_heard_and_reported(bank, client):
    payout = finish(bank)
    client.post(HOOK, **bank.letter(payout))
    assert client.post(HOOK, **bank.letter(payout, overrides={"state": "FAIL"})).status_code == 204
    assert (bank.look(payout).state, bank.wallet()) == ("paid", 900)
    assert bank.wrongs() == [f"payout {payout.id}: FAIL after paid"]


@pytest.mark.parametrize("fault", ["sign_test", "stale_timestamp", "bad_signature", "unsigned", "wrong_serial"])
def test_a_notification_that_is_not_proven_changes_nothing(bank, client, fault):
    payout = finish(bank)
    response = client.post(HOOK, **bank.letter(payout, fault=fault))
    assert (response.status_code, response.json["code"]) == (401, "FAIL")
    assert (bank.look(payout).state, count(bank, Notified)) == ("waiting", 0)


def test_a_notification_whose_body_was_changed_is_not_believed(bank, client):
    payout = finish(bank)
    letter = bank.letter(payout)
    response = client.post(HOOK, headers=letter["headers"], data=letter["data"] + b" ")
    assert (response.status_code, response.json["code"]) == (401, "FAIL")
    assert bank.look(payout).state == "waiting"


@pytest.mark.parametrize(
    ("overrides", "status"),
    [
        ({"transfer_amount": 99}, 400),
        ({"openid": "oSomebodyElse"}, 400),
        ({"mch_id": "1999999999"}, 400),
        ({"out_bill_no": "NEVERMADE"}, 404),
        ({"state": "NEW_STATE"}, 400),
    ],
)
def test_a_notification_about_something_else_is_refused_and_not_remembered(bank, client, overrides, status):
    payout = finish(bank)
    response = client.post(HOOK, **bank.letter(payout, overrides=overrides))
    assert (response.status_code, response.json["code"]) == (status, "FAIL")
    assert (bank.look(payout).state, count(bank, Notified), bank.wrongs()) == ("waiting", 0, [])


def test_a_notification_at_another_brands_address_is_refused(app, bank, other_brand, client):
    payout = finish(bank)
    letter = bank.letter(payout)
    response = client.post(HOOK, **letter, environ_overrides={"HTTP_HOST": other_brand.host})
    assert (response.status_code, response.json["code"]) == (409, "FAIL")
    with transaction(other_brand.id) as session:
        a_merchant(session)
    response = client.post(HOOK, **letter, environ_overrides={"HTTP_HOST": other_brand.host})
    assert (response.status_code, bank.look(payout).state) == (401, "waiting")


def test_a_notification_that_is_too_large_is_not_read(bank, client):
    response = client.post(HOOK, data=b"x" * 64_001)
    assert (response.status_code, response.json["code"]) == (413, "FAIL")


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", json.dumps({"id": 1}).encode()])
def test_nonsense_without_a_signature_is_refused(bank, client, body):
    assert client.post(HOOK, data=body).status_code == 401


def test_payouts_of_a_brand_are_out_of_reach_from_another(client, ask, owner, other_brand):
    payout = ask(100).json
    response = client.get(
        f"{PAYOUTS}/{payout['id']}", headers=owner, environ_overrides={"HTTP_HOST": other_brand.host}
    )
    assert refusal(response) == (401, "identity.sign_in_required")
    with transaction(other_brand.id) as session:
        assert session.scalar(select(func.count()).select_from(Payout)) == 0
