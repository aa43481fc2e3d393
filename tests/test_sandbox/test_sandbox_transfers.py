import base64
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP

BILLS = "/v3/fund-app/mch-transfer/transfer-bills"
DAY = 86400


def confirm(sandbox, answer):
    return sandbox.control("POST", "confirm", {"package": answer["package_info"]})


def test_a_transfer_waits_for_the_user_with_its_money_locked(merchant):
    before = merchant.accounts()["basic"]
    response = merchant.transfer(amount=123)
    answer = response.json()
    assert (response.status_code, answer["state"]) == (200, "WAIT_USER_CONFIRM")
    assert answer["create_time"].endswith("+08:00")
    assert answer["package_info"]
    assert merchant.believes(response.headers, response.content)
    assert merchant.accounts() | {"bank": 0} == {"bank": 0, "basic": before - 123, "frozen": 123}


def test_a_confirmed_transfer_pays_the_user(sandbox, merchant):
    answer = merchant.transfer(amount=123).json()
    assert confirm(sandbox, answer)["state"] == "SUCCESS"
    told = merchant.query(answer["out_bill_no"]).json()
    assert (told["state"], told["transfer_amount"], told["mch_id"]) == ("SUCCESS", 123, merchant.mch_id)
    accounts = merchant.accounts()
    assert accounts[f"user:{told['openid']}"] == 123
    assert accounts["frozen"] == 0
    assert sum(accounts.values()) == 0


def test_both_queries_tell_the_same(merchant):
    answer = merchant.transfer().json()
    by_number = merchant.send("GET", f"{BILLS}/transfer-bill-no/{answer['transfer_bill_no']}")
    assert by_number.json() == merchant.query(answer["out_bill_no"]).json()
    assert "package_info" not in by_number.json()


def test_an_unconfirmed_transfer_is_closed_after_a_day_and_its_money_comes_back(sandbox, merchant):
    before = merchant.accounts()["basic"]
    answer = merchant.transfer().json()
    sandbox.control("POST", "advance", {"seconds": DAY - 60})
    assert merchant.state_of(answer["out_bill_no"]) == "WAIT_USER_CONFIRM"
    sandbox.control("POST", "advance", {"seconds": 61})
    told = merchant.query(answer["out_bill_no"]).json()
    assert (told["state"], told["fail_reason"]) == ("FAIL", "OVERDUE_CLOSE")
    assert merchant.accounts()["basic"] == before
    assert confirm_refused(sandbox, answer["package_info"])


def confirm_refused(sandbox, package):
    with pytest.raises(Exception, match="400"):
        sandbox.control("POST", "confirm", {"package": package})
    return True


def test_the_same_number_with_the_same_parameters_is_the_same_transfer(merchant):
    order = merchant.order()
    first, second = merchant.send("POST", BILLS, order), merchant.send("POST", BILLS, order)
    assert first.json() == second.json()
    assert merchant.accounts()["frozen"] == order["transfer_amount"]


def test_the_same_number_with_other_parameters_is_refused(merchant):
    order = merchant.order()
    merchant.send("POST", BILLS, order)
    response = merchant.send("POST", BILLS, order | {"transfer_amount": 101})
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_REQUEST")
    assert merchant.believes(response.headers, response.content)


def test_racing_requests_of_one_number_make_one_transfer(merchant):
    order = merchant.order()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: merchant.send("POST", BILLS, order).json(), range(24)))
    assert len({json.dumps(answer) for answer in answers}) == 1
    assert merchant.accounts()["frozen"] == order["transfer_amount"]


def test_a_merchant_without_money_is_refused(merchant):
    merchant.agree(top_up_fen=-merchant.accounts()["basic"] + 99)
    response = merchant.transfer(amount=100)
    assert (response.status_code, response.json()["code"]) == (403, "NOT_ENOUGH")
    assert merchant.transfer(amount=99).status_code == 200


def test_a_transfer_may_also_be_stuck_until_the_account_is_topped_up(sandbox, merchant):
    merchant.agree(top_up_fen=-merchant.accounts()["basic"], low_balance="stuck")
    answer = merchant.transfer().json()
    assert answer["state"] == "PROCESSING"
    assert "package_info" not in answer
    merchant.agree(top_up_fen=1000)
    sandbox.control("POST", "advance", {"seconds": 61})
    assert merchant.state_of(answer["out_bill_no"]) == "WAIT_USER_CONFIRM"


def test_acceptance_may_take_its_time(sandbox, merchant):
    sandbox.control("POST", "faults", {"name": "hold_accepted", "seconds": 10})
    order = merchant.order()
    assert merchant.send("POST", BILLS, order).json()["state"] == "ACCEPTED"
    sandbox.control("POST", "advance", {"seconds": 11})
    assert merchant.state_of(order["out_bill_no"]) == "PROCESSING"
    sandbox.control("POST", "advance", {"seconds": 11})
    again = merchant.send("POST", BILLS, order).json()
    assert (again["state"], "package_info" in again) == ("WAIT_USER_CONFIRM", True)


def test_a_confirmation_may_take_its_time(sandbox, merchant):
    merchant.agree(confirm_seconds=30)
    answer = merchant.transfer().json()
    assert confirm(sandbox, answer)["state"] == "TRANSFERING"
    assert confirm(sandbox, answer)["state"] == "TRANSFERING"
    sandbox.control("POST", "advance", {"seconds": 31})
    assert merchant.state_of(answer["out_bill_no"]) == "SUCCESS"


def test_a_cancelled_transfer_returns_its_money(sandbox, merchant):
    merchant.agree(cancel_seconds=5)
    before = merchant.accounts()["basic"]
    answer = merchant.transfer().json()
    address = f"{BILLS}/out-bill-no/{answer['out_bill_no']}/cancel"
    assert merchant.send("POST", address).json()["state"] == "CANCELING"
    assert merchant.send("POST", address).json()["state"] == "CANCELING"
    sandbox.control("POST", "advance", {"seconds": 6})
    assert merchant.send("POST", address).json()["state"] == "CANCELLED"
    assert merchant.accounts()["basic"] == before
    assert confirm_refused(sandbox, answer["package_info"])


def test_a_paid_transfer_cannot_be_cancelled(sandbox, merchant):
    answer = merchant.transfer().json()
    confirm(sandbox, answer)
    response = merchant.send("POST", f"{BILLS}/out-bill-no/{answer['out_bill_no']}/cancel")
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_REQUEST")


def test_a_user_who_cannot_receive_fails_the_transfer(sandbox, merchant):
    answer = merchant.transfer(user="laozhang").json()
    confirm(sandbox, answer)
    told = merchant.query(answer["out_bill_no"]).json()
    assert (told["state"], told["fail_reason"]) == ("FAIL", "REAL_NAME_CHECK_FAIL")


def test_a_transfer_may_fail_at_once(sandbox, merchant):
    sandbox.control("POST", "faults", {"name": "transfer_fails", "fail_reason": "TRANSFER_RISK"})
    answer = merchant.transfer().json()
    assert (answer["state"], answer["fail_reason"]) == ("FAIL", "TRANSFER_RISK")


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"day_limit_fen": 150}, "TRANSFER_QUOTA_EXCEED"),
        ({"user_day_limit_fen": 150}, "DAY_RECEIVED_QUOTA_EXCEED"),
    ],
)
def test_a_daily_limit_fails_what_passes_it(merchant, terms, reason):
    merchant.agree(**terms)
    assert merchant.transfer(amount=100).json()["state"] == "WAIT_USER_CONFIRM"
    assert merchant.transfer(amount=100).json()["fail_reason"] == reason


def encrypted(merchant, name):
    sha1 = hashes.SHA1()  # noqa: S303 - WeChat's choice for OAEP
    key = merchant.platform_key(merchant.serial)
    return base64.b64encode(key.encrypt(name.encode(), OAEP(MGF1(sha1), sha1, None))).decode()


@pytest.mark.parametrize(("name", "state"), [("张芳", "SUCCESS"), ("张方", "FAIL")])
def test_an_encrypted_name_is_compared_with_the_user(sandbox, merchant, name, state):
    merchant.serial = merchant.keys["platform_public_key_id"]
    answer = merchant.transfer(user="afang", amount=200_000, user_name=encrypted(merchant, name)).json()
    assert confirm(sandbox, answer)["state"] == state


def test_a_repeat_with_a_freshly_encrypted_name_is_the_same_request(merchant):
    merchant.serial = merchant.keys["platform_public_key_id"]
    order = merchant.order()
    answers = [merchant.send("POST", BILLS, order | {"user_name": encrypted(merchant, "张芳")}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()


def test_an_encrypted_name_needs_the_serial_it_was_encrypted_for(merchant):
    merchant.serial = merchant.keys["platform_public_key_id"]
    order = merchant.order(user_name=encrypted(merchant, "张芳"))
    merchant.serial = None
    assert merchant.send("POST", BILLS, order).json()["code"] == "PARAM_ERROR"


def test_a_merchant_sees_only_its_own_bills(merchant, other_merchant):
    answer = merchant.transfer().json()
    for address in ("out-bill-no/" + answer["out_bill_no"], "transfer-bill-no/" + answer["transfer_bill_no"]):
        response = other_merchant.send("GET", f"{BILLS}/{address}")
        assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


def test_a_bill_cannot_be_queried_after_thirty_days(sandbox, merchant):
    answer = merchant.transfer().json()
    sandbox.control("POST", "advance", {"seconds": 31 * DAY})
    assert merchant.query(answer["out_bill_no"]).status_code == 404


def test_certificates_exist_only_for_merchants_of_the_old_kind(merchant):
    refused = merchant.send("GET", "/v3/certificates")
    assert (refused.status_code, refused.json()["code"]) == (404, "RESOURCE_NOT_EXISTS")
    merchant.agree(mode="both")
    (entry,) = merchant.send("GET", "/v3/certificates").json()["data"]
    assert entry["serial_no"] == merchant.keys["platform_certificate_serial"]
    sealed, key = entry["encrypt_certificate"], merchant.keys["apiv3_key"]
    assert sealed["associated_data"] == "certificate"
    assert key not in json.dumps(sealed)


def test_each_mode_answers_under_the_serial_that_was_asked_for(merchant):
    merchant.agree(mode="both")
    for serial in (merchant.keys["platform_certificate_serial"], merchant.keys["platform_public_key_id"]):
        merchant.serial = serial
        response = merchant.transfer()
        assert response.headers["Wechatpay-Serial"] == serial
        assert merchant.believes(response.headers, response.content)


def test_a_rate_limit_is_answered_with_429(merchant, eventually):
    merchant.agree(requests_per_second=2)
    assert merchant.transfer().status_code == 200
    eventually(lambda: 429 in {merchant.transfer().status_code for _ in range(5)})
