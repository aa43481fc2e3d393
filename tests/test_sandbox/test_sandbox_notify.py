import itertools
import json

import pytest
from cryptography.exceptions import InvalidTag


@pytest.fixture
def paid(sandbox, merchant, listener):
    """A transfer confirmed by its user; its notification has been tried once when this returns."""

    def pay(**changes):
        answer = merchant.transfer(notify_url=listener.url, **changes).json()
        sandbox.control("POST", "confirm", {"package": answer["package_info"]})
        return answer["out_bill_no"]

    return pay


def letters(sandbox, out_bill_no):
    return sandbox.control("GET", f"notifications?out_bill_no={out_bill_no}")["items"]


def test_a_notification_is_signed_and_encrypted(merchant, listener, paid):
    out_bill_no = paid(amount=345)
    ((headers, body),) = listener.heard
    assert merchant.believes(headers, body)
    envelope = json.loads(body)
    assert (envelope["event_type"], envelope["resource_type"]) == ("MCHTRANSFER.BILL.FINISHED", "encrypt-resource")
    assert envelope["resource"]["original_type"] == "mch_payment"
    told = merchant.open(envelope["resource"])
    assert (told["out_bill_no"], told["state"], told["transfer_amount"]) == (out_bill_no, "SUCCESS", 345)
    assert told["mch_id"] == merchant.mch_id


@pytest.mark.parametrize("status", [200, 204])
def test_a_notification_that_was_heard_is_not_sent_again(sandbox, listener, paid, status):
    listener.statuses.append(status)
    out_bill_no = paid()
    sandbox.control("POST", "advance", {"seconds": 3600})
    assert len(listener.heard) == 1
    assert letters(sandbox, out_bill_no)[0]["state"] == "delivered"


def test_a_notification_is_repeated_as_planned_until_it_is_heard(sandbox, listener, paid):
    listener.statuses.extend([500] * 12)
    out_bill_no = paid()
    assert len(listener.heard) == 1
    sandbox.control("POST", "advance", {"seconds": 14})
    assert len(listener.heard) == 1
    sandbox.control("POST", "advance", {"seconds": 15 * 10})
    assert len(listener.heard) == 11
    sandbox.control("POST", "advance", {"seconds": 600})
    assert len(listener.heard) == 13
    (letter,) = letters(sandbox, out_bill_no)
    times = [one["at"] for one in letter["tries"]]
    gaps = [round(after - before) for before, after in itertools.pairwise(times)]
    assert gaps == [15] * 10 + [300] * 2
    assert len(set(listener.ids())) == 1


def test_a_deaf_merchant_is_given_up_after_sixty_five_tries(sandbox, merchant):
    answer = merchant.transfer(notify_url="http://127.0.0.1:9/hook").json()
    sandbox.control("POST", "confirm", {"package": answer["package_info"]})
    sandbox.control("POST", "advance", {"seconds": 2 * 86400})
    (letter,) = letters(sandbox, answer["out_bill_no"])
    assert (letter["state"], letter["attempts"]) == ("abandoned", 65)


def test_nothing_is_sent_beyond_loopback(sandbox, merchant):
    answer = merchant.transfer(notify_url="https://example.com/hook").json()
    sandbox.control("POST", "confirm", {"package": answer["package_info"]})
    (letter,) = letters(sandbox, answer["out_bill_no"])
    assert [one["status"] for one in letter["tries"]] == [0]


def test_expiry_and_cancellation_are_told_too(sandbox, merchant, listener):
    expired = merchant.transfer(notify_url=listener.url).json()
    sandbox.control("POST", "advance", {"seconds": 86401})
    cancelled = merchant.transfer(notify_url=listener.url).json()
    address = f"/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{cancelled['out_bill_no']}/cancel"
    merchant.send("POST", address)
    sandbox.control("POST", "advance", {"seconds": 1})
    told = [merchant.open(json.loads(body)["resource"]) for _, body in listener.heard]
    assert [one["out_bill_no"] for one in told] == [expired["out_bill_no"], cancelled["out_bill_no"]]
    assert [(one["state"], one["fail_reason"]) for one in told] == [
        ("FAIL", "OVERDUE_CLOSE"),
        ("CANCELLED", "MCH_CANCEL"),
    ]


def test_time_passes_by_itself_too(merchant, sandbox, listener, eventually):
    answer = merchant.transfer(notify_url=listener.url).json()
    fields = {"package": answer["package_info"], "mchId": merchant.mch_id, "appId": merchant.mini["app_id"]}
    merchant.send("POST", "/_client/confirm", json.dumps(fields).encode())
    eventually(lambda: listener.heard)
    assert merchant.state_of(answer["out_bill_no"]) == "SUCCESS"


@pytest.mark.parametrize("name", ["bad_signature", "sign_test", "wrong_serial", "stale_timestamp"])
def test_a_spoiled_notification_is_not_to_be_believed(sandbox, merchant, listener, paid, name):
    sandbox.control("POST", "faults", {"name": name, "on": "notification"})
    listener.statuses.append(401)
    paid()
    sandbox.control("POST", "advance", {"seconds": 16})
    assert [merchant.believes(headers, body) for headers, body in listener.heard] == [False, True]


def test_the_other_platform_key_is_to_be_believed(sandbox, merchant, listener, paid):
    sandbox.control("POST", "faults", {"name": "other_serial", "on": "notification"})
    paid()
    ((headers, body),) = listener.heard
    assert headers["Wechatpay-Serial"] == merchant.keys["platform_certificate_serial"]
    assert merchant.believes(headers, body)


def test_an_unsigned_notification_carries_no_signature(sandbox, listener, paid):
    sandbox.control("POST", "faults", {"name": "unsigned", "on": "notification"})
    paid()
    assert "Wechatpay-Signature" not in listener.heard[0][0]


def test_a_garbled_notification_does_not_open(sandbox, merchant, listener, paid):
    sandbox.control("POST", "faults", {"name": "garbled", "on": "notification"})
    paid()
    ((headers, body),) = listener.heard
    assert merchant.believes(headers, body)
    with pytest.raises(InvalidTag):
        merchant.open(json.loads(body)["resource"])


def test_a_notification_may_come_twice(sandbox, listener, paid):
    sandbox.control("POST", "faults", {"name": "duplicate", "on": "notification", "copies": 3})
    paid()
    assert len(listener.heard) == 3
    assert len(set(listener.ids())) == 1


def test_a_notification_may_get_lost(sandbox, listener, paid):
    sandbox.control("POST", "faults", {"name": "lost", "on": "notification"})
    out_bill_no = paid()
    sandbox.control("POST", "advance", {"seconds": 86400})
    assert listener.heard == []
    assert letters(sandbox, out_bill_no)[0]["state"] == "lost"


def test_notifications_may_overtake_each_other(sandbox, merchant, listener, paid):
    sandbox.control("POST", "faults", {"name": "reorder", "on": "notification"})
    first, second = paid(), paid()
    told = [merchant.open(json.loads(body)["resource"])["out_bill_no"] for _, body in listener.heard]
    assert told == [second, first]


def test_a_held_back_notification_comes_even_when_no_other_does(sandbox, listener, paid):
    sandbox.control("POST", "faults", {"name": "reorder", "on": "notification"})
    paid()
    assert listener.heard == []
    sandbox.control("POST", "advance", {"seconds": 16})
    assert len(listener.heard) == 1


def test_a_notification_can_be_written_for_a_test_without_being_sent(sandbox, merchant, listener):
    bill = {"mch_id": merchant.mch_id, "out_bill_no": merchant.transfer().json()["out_bill_no"]}
    letter = sandbox.control("POST", "notifications", {**bill, "overrides": {"state": "SUCCESS"}, "id": "old"})
    body = letter["body"].encode()
    assert merchant.believes(letter["headers"], body)
    assert json.loads(body)["id"] == "old"
    assert merchant.open(json.loads(body)["resource"])["state"] == "SUCCESS"
    stale = sandbox.control("POST", "notifications", {**bill, "fault": "stale_timestamp", "url": listener.url})
    assert not merchant.believes(stale["headers"], stale["body"].encode())
    assert stale["status"] == 204
