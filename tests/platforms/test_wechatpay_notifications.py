"""Notifications as the WeChat sandbox writes them: proven, opened and read, or refused."""

import pytest

from app.kit import clock
from app.platforms import NotificationUnreadable, NotificationUnverified
from app.platforms.wechatpay import parse_notification, read_transfer


@pytest.fixture
def letter(sandbox, payer):
    """Ask the sandbox for a signed notification about a bill."""

    def write(out_bill_no, **wish):
        wish |= {"mch_id": payer.mch_id, "out_bill_no": out_bill_no}
        answer = sandbox.control("POST", "notifications", wish)
        return answer["headers"], answer["body"].encode()

    return write


def test_a_notification_is_verified_opened_and_read(sandbox, transfers, make_order, letter, payer):
    order = make_order()
    transfers.create(order)
    transfers.cancel(order.out_bill_no)
    sandbox.control("POST", "advance", {"seconds": 60})
    headers, body = letter(order.out_bill_no)
    notification = parse_notification(headers, body, payer.key_ring, payer.apiv3_key, clock.now())
    assert (notification.event_type, notification.original_type) == ("MCHTRANSFER.BILL.FINISHED", "mch_payment")
    bill = read_transfer(notification, payer)
    assert (bill.out_bill_no, bill.state, bill.amount_fen) == (order.out_bill_no, "CANCELLED", 88)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("sign_test", "probe"),
        ("stale_timestamp", "stale"),
        ("bad_signature", "bad_signature"),
        ("unsigned", "unsigned"),
        ("wrong_serial", "unknown_key"),
    ],
)
def test_a_notification_that_is_not_proven_is_refused(transfers, make_order, letter, payer, fault, reason):
    order = make_order()
    transfers.create(order)
    headers, body = letter(order.out_bill_no, fault=fault)
    with pytest.raises(NotificationUnverified) as refusal:
        parse_notification(headers, body, payer.key_ring, payer.apiv3_key, clock.now())
    assert refusal.value.details == {"reason": reason}
    assert refusal.value.status == 401


def test_a_garbled_notification_is_unreadable(transfers, make_order, letter, payer):
    order = make_order()
    transfers.create(order)
    headers, body = letter(order.out_bill_no, fault="garbled")
    with pytest.raises(NotificationUnreadable):
        parse_notification(headers, body, payer.key_ring, payer.apiv3_key, clock.now())


@pytest.mark.parametrize("overrides", [{"mch_id": "1999999999"}, {"state": "NEW_STATE"}, {"transfer_amount": "x"}])
def test_a_notification_for_another_merchant_or_of_a_new_shape_is_not_read(
    transfers, make_order, letter, payer, overrides
):
    order = make_order()
    transfers.create(order)
    headers, body = letter(order.out_bill_no, overrides=overrides)
    notification = parse_notification(headers, body, payer.key_ring, payer.apiv3_key, clock.now())
    with pytest.raises(NotificationUnreadable):
        read_transfer(notification, payer)
