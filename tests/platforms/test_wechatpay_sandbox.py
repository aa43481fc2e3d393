"""Transfers end to end, against the WeChat sandbox as a process of its own."""

import pytest

from app.platforms import http
from app.platforms.wechatpay import MerchantTransfers, Refused, TransferState, Unknown, commission

CREATION = "POST /v3/fund-app/mch-transfer/transfer-bills"


@pytest.fixture
def key_switch(sandbox, payer):
    """The weeks in which a merchant has both kinds of platform key."""
    sandbox.control("PATCH", f"merchants/{payer.mch_id}", {"mode": "both"})
    yield
    sandbox.control("PATCH", f"merchants/{payer.mch_id}", {"mode": "public_key"})


def break_once(sandbox, name, match=CREATION, **options):
    sandbox.control("POST", "faults", {"name": name, "match": match, **options})


def test_a_transfer_is_created_confirmed_and_paid(sandbox, transfers, make_order):
    order = make_order()
    created = transfers.create(order)
    assert created.state is TransferState.WAIT_USER_CONFIRM
    assert created.package_info
    sandbox.control("POST", "confirm", {"package": created.package_info})
    sandbox.control("POST", "advance", {"seconds": 60})
    paid = transfers.query(order.out_bill_no)
    assert (paid.state, paid.amount_fen, paid.openid) == (TransferState.SUCCESS, 88, order.openid)
    assert (paid.transfer_bill_no, paid.package_info) == (created.transfer_bill_no, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"scene": commission("终端店主", "八月动销")},
        {"red_packet": True},
        {"amount_fen": 250_000, "user_name": "张芳", "perception": "活动奖励"},
        {"notify_url": "https://127.0.0.1/hooks/wechatpay/1"},
    ],
)
def test_every_kind_of_order_is_accepted(transfers, make_order, changes):
    assert transfers.create(make_order(**changes)).state is TransferState.WAIT_USER_CONFIRM


def test_the_same_order_again_is_the_same_bill_with_its_package(transfers, make_order):
    order = make_order()
    assert transfers.create(order) == transfers.create(order)


def test_another_order_under_the_same_number_is_refused(transfers, make_order):
    order = make_order()
    transfers.create(order)
    refusal = transfers.create(make_order(out_bill_no=order.out_bill_no, amount_fen=99))
    assert isinstance(refusal, Refused)
    assert not refusal.is_missing
    assert transfers.query(order.out_bill_no).amount_fen == 88


def test_a_transfer_nobody_confirms_fails_after_a_day(sandbox, transfers, make_order):
    order = make_order()
    transfers.create(order)
    sandbox.control("POST", "advance", {"seconds": 86_400 + 60})
    answer = transfers.query(order.out_bill_no)
    assert (answer.state, answer.fail_reason) == (TransferState.FAIL, "OVERDUE_CLOSE")


def test_a_person_who_cannot_be_paid_fails_with_the_reason(sandbox, transfers, make_order):
    order = make_order("laozhang")
    sandbox.control("POST", "confirm", {"package": transfers.create(order).package_info})
    sandbox.control("POST", "advance", {"seconds": 60})
    answer = transfers.query(order.out_bill_no)
    assert (answer.state, answer.fail_reason) == (TransferState.FAIL, "REAL_NAME_CHECK_FAIL")


def test_a_transfer_can_be_taken_back_before_it_is_confirmed(sandbox, transfers, make_order):
    order = make_order()
    transfers.create(order)
    assert transfers.cancel(order.out_bill_no).state in {TransferState.CANCELING, TransferState.CANCELLED}
    sandbox.control("POST", "advance", {"seconds": 60})
    assert transfers.query(order.out_bill_no).state is TransferState.CANCELLED


def test_a_paid_transfer_cannot_be_taken_back(sandbox, transfers, make_order):
    order = make_order()
    sandbox.control("POST", "confirm", {"package": transfers.create(order).package_info})
    sandbox.control("POST", "advance", {"seconds": 60})
    assert isinstance(transfers.cancel(order.out_bill_no), Refused)


def test_a_held_transfer_passes_through_its_states(sandbox, transfers, make_order):
    order = make_order()
    break_once(sandbox, "hold_accepted", seconds=60)
    seen = [transfers.create(order).state]
    for _ in range(2):
        sandbox.control("POST", "advance", {"seconds": 61})
        seen.append(transfers.query(order.out_bill_no).state)
    assert seen == ["ACCEPTED", "PROCESSING", "WAIT_USER_CONFIRM"]


def test_a_bill_nobody_made_is_missing(transfers):
    assert transfers.query("NOSUCHBILL").is_missing
    assert transfers.cancel("NOSUCHBILL").is_missing


def test_an_unbound_receiver_is_refused(transfers, make_order):
    refusal = transfers.create(make_order(openid="oNobody"))
    assert isinstance(refusal, Refused)
    assert not refusal.may_pass_later


def test_too_many_calls_may_pass_later(sandbox, transfers, make_order):
    order = make_order()
    break_once(sandbox, "rate_limited")
    assert transfers.create(order).may_pass_later
    assert transfers.create(order).state is TransferState.WAIT_USER_CONFIRM


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("timeout_after_commit", "timeout"),
        ("drop_after_commit", "connection_lost"),
        ("error_after_commit", "server_error"),
        ("truncated", "bad_signature"),
        ("unsigned", "unsigned"),
        ("bad_signature", "bad_signature"),
        ("sign_test", "probe"),
        ("wrong_serial", "unknown_key"),
        ("stale_timestamp", "stale"),
    ],
)
def test_an_answer_lost_or_unproven_is_unknown_and_a_query_heals_it(
    sandbox, transfers, make_order, monkeypatch, fault, reason
):
    order = make_order()
    break_once(sandbox, fault)
    with monkeypatch.context() as patience:
        patience.setattr(http, "READ_SECONDS", 0.3)
        assert transfers.create(order) == Unknown(reason)
    assert transfers.query(order.out_bill_no).state is TransferState.WAIT_USER_CONFIRM
    assert transfers.create(order).package_info


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("timeout_before_commit", "timeout"),
        ("drop_before_commit", "connection_lost"),
        ("error_before_commit", "server_error"),
        ("bad_gateway", "server_error"),
    ],
)
def test_a_request_that_never_arrived_is_unknown_until_asked(
    sandbox, transfers, make_order, monkeypatch, fault, reason
):
    order = make_order()
    break_once(sandbox, fault)
    with monkeypatch.context() as patience:
        patience.setattr(http, "READ_SECONDS", 0.3)
        assert transfers.create(order) == Unknown(reason)
    assert transfers.query(order.out_bill_no).is_missing


@pytest.mark.parametrize("fault", ["drop_before_commit", "bad_gateway"])
def test_a_query_survives_one_broken_line(sandbox, transfers, make_order, fault):
    order = make_order()
    transfers.create(order)
    break_once(sandbox, fault, match="GET /v3/")
    assert transfers.query(order.out_bill_no).state is TransferState.WAIT_USER_CONFIRM


def test_a_wrong_merchant_key_is_refused_unsigned(make_merchant, endpoints, merchant, make_order):
    imposter = make_merchant("public_key", private_key_pem=merchant.private_key_pem)
    stranger = MerchantTransfers(imposter, endpoints)
    assert stranger.create(make_order()).code == "SIGN_ERROR"


@pytest.mark.parametrize("kinds", [("public_key",), ("certificate",), ("certificate", "public_key")])
def test_each_kind_of_key_ring_works_alone_and_together(key_switch, make_merchant, endpoints, make_order, kinds):
    transfers = MerchantTransfers(make_merchant(*kinds), endpoints)
    answer = transfers.create(make_order(amount_fen=30, user_name="张芳"))
    assert answer.state is TransferState.WAIT_USER_CONFIRM


def test_an_answer_under_the_other_key_verifies_during_the_switch(sandbox, transfers, make_order):
    break_once(sandbox, "other_serial")
    assert transfers.create(make_order()).state is TransferState.WAIT_USER_CONFIRM
