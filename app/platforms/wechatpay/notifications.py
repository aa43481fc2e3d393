"""What WeChat Pay tells us unasked (pay.weixin.qq.com/doc/v3/merchant/4012365336)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.platforms import http
from app.platforms.errors import NotificationUnreadable, NotificationUnverified
from app.platforms.wechatpay import crypto, signing
from app.platforms.wechatpay.keys import KeyRing, Merchant
from app.platforms.wechatpay.outcomes import TransferAnswer

ALGORITHM = "AEAD_AES_256_GCM"
TRANSFER_FINISHED = "MCHTRANSFER.BILL.FINISHED"


@dataclass(frozen=True, slots=True)
class Notification:
    """A verified and opened notification. It may arrive many times: `id` stays the same."""

    id: str
    event_type: str
    created_at: datetime
    original_type: str
    resource: dict[str, Any]


def parse_notification(
    headers: http.Headers, raw_body: bytes, key_ring: KeyRing, apiv3_key: str, now: datetime
) -> Notification:
    """Verify over the raw bytes, then open.

    Raises `NotificationUnverified` (forged, stale, or one of the platform's probes: answer with its status
    and wait for the true one) or `NotificationUnreadable`.
    """
    try:
        signing.verify(key_ring, headers, raw_body, now)
    except signing.Unverified as doubt:
        raise NotificationUnverified(reason=doubt.reason) from None
    try:
        return _open(http.parse_object(raw_body), apiv3_key)
    except (http.UnreadableAnswer, crypto.Unopened, KeyError, TypeError, ValueError):
        raise NotificationUnreadable from None


def read_transfer(notification: Notification, merchant: Merchant) -> TransferAnswer:
    """The final state of a transfer; raises `NotificationUnreadable` for another event or merchant."""
    resource = notification.resource
    if notification.event_type != TRANSFER_FINISHED or resource.get("mch_id") != merchant.mch_id:
        raise NotificationUnreadable(event=notification.event_type)
    try:
        return TransferAnswer.from_bill(resource)
    except (KeyError, TypeError, ValueError):
        raise NotificationUnreadable(event=notification.event_type) from None


def _open(envelope: dict[str, Any], apiv3_key: str) -> Notification:
    resource = envelope["resource"]
    if resource["algorithm"] != ALGORITHM:
        raise ValueError("an algorithm we do not know")
    opened = crypto.open_resource(
        apiv3_key, resource["nonce"], resource.get("associated_data") or "", resource["ciphertext"]
    )
    return Notification(
        id=str(envelope["id"]),
        event_type=str(envelope["event_type"]),
        created_at=datetime.fromisoformat(envelope["create_time"]),
        original_type=str(resource.get("original_type", "")),
        resource=http.parse_object(opened),
    )
