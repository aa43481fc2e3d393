"""Payouts against the WeChat sandbox as a process of its own."""

from datetime import timedelta

import pytest

from app import payouts
from app.payouts import jobs
from app.platforms import http
from tests.builders.payouts import a_merchant

CREATION = "POST /v3/fund-app"
QUERY = "GET /v3/fund-app"
A_DAY = 86_400


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.3)


def test_a_payout_waits_for_the_person_and_is_paid_when_they_confirm(bank):
    payout = bank.withdraw(fen=100)
    waiting = bank.send(payout)
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert waiting.package_info
    bank.confirm(payout)
    paid = bank.check(payout)
    assert (paid.state, paid.package_info) == ("paid", None)
    assert (bank.wallet(), bank.wrongs()) == (900, [])


def test_the_platform_is_asked_for_a_red_packet_of_the_brand(bank, brand):
    payout = bank.withdraw(fen=100)
    bank.send(payout)
    (bill,) = bank.bills(payout)
    asked = bill["request"]
    assert asked["transfer_scene_id"] == "1000"
    assert asked["user_recv_style"] == {"type": "RED_PACKET"}
    assert asked["notify_url"] == f"https://{brand.host}/hooks/wechatpay"
    assert asked["transfer_scene_report_infos"][0]["info_content"].startswith(brand.name)


def test_a_job_that_runs_again_sends_nothing_twice(bank):
    payout = bank.withdraw()
    first = bank.send(payout)
    assert bank.send(payout).package_info == first.package_info
    assert len(bank.bills(payout)) == 1


def test_the_worker_sends_what_was_asked_for(bank, worker):
    payout = bank.withdraw()
    worker()
    assert bank.look(payout).state == "waiting"


def test_a_transfer_nobody_confirms_comes_back_after_a_day(bank):
    payout = bank.withdraw(fen=100)
    bank.send(payout)
    bank.control("POST", "advance", {"seconds": A_DAY - 60})
    assert bank.check(payout, hours=24).state == "waiting"
    bank.control("POST", "advance", {"seconds": 120})
    returned = bank.check(payout, hours=26)
    assert (returned.state, returned.fail_reason) == ("returned", "OVERDUE_CLOSE")
    assert (bank.wallet(), bank.wrongs()) == (1000, [])


def test_a_person_who_cannot_receive_gets_the_money_back_with_the_reason(bank):
    payout = bank.withdraw()
    bank.send(payout)
    bank.control("PATCH", "users/afang", {"transfer_failure": "REAL_NAME_CHECK_FAIL"})
    bank.confirm(payout)
    returned = bank.check(payout)
    assert (returned.state, returned.fail_reason) == ("returned", "REAL_NAME_CHECK_FAIL")
    assert (bank.wallet(), bank.wrongs()) == (1000, [])


def test_a_transfer_that_fails_at_once_comes_back_at_once(bank):
    bank.spoil("transfer_fails", match="/transfer-bills", fail_reason="DAY_RECEIVED_QUOTA_EXCEED")
    returned = bank.send(bank.withdraw())
    assert (returned.state, returned.fail_reason) == ("returned", "DAY_RECEIVED_QUOTA_EXCEED")
    assert bank.wallet() == 1000


def test_a_merchant_without_money_is_refused_and_the_money_comes_back(bank):
    balance = bank.control("GET", f"merchants/{bank.keys['mch_id']}")["accounts"]["basic"]
    bank.control("PATCH", f"merchants/{bank.keys['mch_id']}", {"top_up_fen": -balance})
    returned = bank.send(bank.withdraw())
    assert (returned.state, returned.fail_reason) == ("returned", "NOT_ENOUGH")
    assert (bank.wallet(), bank.wrongs()) == (1000, [])


@pytest.mark.parametrize("fault", ["timeout_after_commit", "drop_after_commit", "error_after_commit", "sign_test"])
def test_a_lost_answer_is_healed_by_asking_under_the_same_number(bank, impatient, fault):
    payout = bank.withdraw()
    bank.spoil(fault)
    assert bank.send(payout).state == "requested"
    healed = bank.check(payout)
    assert (healed.state, healed.out_bill_no) == ("waiting", payout.out_bill_no)
    assert healed.package_info
    assert (len(bank.bills(payout)), bank.wallet(), bank.wrongs()) == (1, 900, [])


@pytest.mark.parametrize("fault", ["timeout_before_commit", "drop_before_commit", "bad_gateway"])
def test_a_request_that_never_arrived_is_sent_again_under_the_same_number(bank, impatient, fault):
    payout = bank.withdraw()
    bank.spoil(fault)
    assert bank.send(payout).state == "requested"
    sent = bank.check(payout)
    assert (sent.state, sent.attempts) == ("waiting", 2)
    assert [bill["out_bill_no"] for bill in bank.bills(payout)] == [payout.out_bill_no]


def test_a_lost_answer_to_what_was_paid_meanwhile_is_not_sent_again(bank, impatient):
    payout = bank.withdraw()
    bank.spoil("drop_after_commit")
    bank.send(payout)
    (bill,) = bank.bills(payout)
    bank.control("POST", "confirm", {"package": bill["package"]})
    assert (bank.check(payout).state, bank.look(payout).attempts) == ("paid", 1)


def test_a_refusal_after_a_lost_request_returns_money_only_when_that_can_no_longer_arrive(bank, impatient):
    payout = bank.withdraw()
    bank.spoil("timeout_before_commit")
    bank.send(payout)
    bank.control("PATCH", f"merchants/{bank.keys['mch_id']}", {"scenes": ["1005"]})
    early = bank.check(payout, minutes=5)
    assert (early.state, early.fail_reason, early.attempts) == ("requested", "NO_AUTH", 2)
    late = bank.check(payout, minutes=20)
    assert (late.state, late.fail_reason) == ("returned", "NO_AUTH")
    bank.control("PATCH", f"merchants/{bank.keys['mch_id']}", {"scenes": ["1000", "1005"]})
    assert (bank.bills(payout), bank.wallet(), bank.wrongs()) == ([], 1000, [])


def test_a_rate_limit_is_waited_out(bank):
    payout = bank.withdraw()
    bank.spoil("rate_limited", match=CREATION)
    assert (bank.send(payout).state, bank.wallet()) == ("requested", 900)
    assert bank.check(payout).state == "waiting"


def test_a_wrong_key_of_ours_neither_sends_nor_returns_the_money(bank, committed):
    payout = bank.withdraw()
    with committed() as session:
        a_merchant(session, mch_id=bank.keys["mch_id"])
    assert (bank.send(payout).state, bank.check(payout).state) == ("requested", "requested")
    assert bank.wallet() == 900


def test_a_payout_of_another_merchant_account_is_left_alone(bank, committed):
    payout = bank.withdraw()
    with committed() as session:
        a_merchant(session, **bank.keys | {"mch_id": "1900020202"})
    assert (bank.send(payout).attempts, bank.check(payout).attempts) == (0, 0)


def test_a_held_transfer_passes_through_transferring(bank):
    payout = bank.withdraw()
    bank.spoil("hold_accepted", match="/transfer-bills", seconds=60)
    assert bank.send(payout).state == "transferring"
    bank.control("POST", "advance", {"seconds": 125})
    waiting = bank.check(payout)
    assert waiting.state == "waiting"
    assert waiting.package_info


def test_a_payout_whose_job_was_lost_is_sent_by_the_round(bank):
    payout = bank.withdraw()
    assert bank.check(payout, seconds=30).attempts == 0
    assert bank.check(payout, minutes=2).state == "waiting"


def test_a_round_asks_about_each_payout_once_and_stops_while_the_platform_is_silent(bank):
    for _ in range(4):
        bank.withdraw(fen=10)
    bank.spoil("drop_before_commit", match="/v3/", times=0)
    bank.control("DELETE", "calls")
    jobs.check_open(brand_id=bank.brand_id, at=bank.started_at + timedelta(minutes=2))
    assert len(bank.control("GET", "calls?match=/v3/")["items"]) == jobs.PATIENCE


def test_a_brand_without_a_merchant_account_has_nothing_to_check(app, brand, at):
    jobs.check_open(brand_id=brand.id, at=at)
    with pytest.raises(payouts.NotOffered):
        jobs.send_transfer(brand_id=brand.id, payout_id=1, at=at)


def test_a_notification_that_reaches_the_product_settles_the_payout(bank, reachable):
    payout = bank.withdraw(fen=100)
    assert bank.send(payout).state == "waiting"
    bank.confirm(payout)
    assert bank.look(payout).state == "paid"
    (notification,) = bank.control("GET", f"notifications?out_bill_no={payout.out_bill_no}")["items"]
    assert [attempt["status"] for attempt in notification["tries"]] == [204]
    assert bank.wrongs() == []


def test_a_notification_sent_twice_by_the_platform_pays_once(bank, reachable):
    payout = bank.withdraw(fen=100)
    bank.send(payout)
    bank.control("POST", "faults", {"name": "duplicate", "on": "notification", "copies": 3})
    bank.confirm(payout)
    (notification,) = bank.control("GET", f"notifications?out_bill_no={payout.out_bill_no}")["items"]
    assert [attempt["status"] for attempt in notification["tries"]] == [204] * 3
    assert (bank.look(payout).state, bank.wallet(), bank.wrongs()) == ("paid", 900, [])
