"""Owns the talk with WeChat Pay v3: signed requests, verified answers, transfers to persons, notifications."""

from app.platforms.wechatpay.keys import KeyRing, Merchant
from app.platforms.wechatpay.notifications import Notification, parse_notification, read_transfer
from app.platforms.wechatpay.orders import TransferOrder, TransferScene, cash_marketing, commission
from app.platforms.wechatpay.outcomes import Refused, TransferAnswer, TransferState, Unknown
from app.platforms.wechatpay.transfers import MerchantTransfers

__all__ = [
    "KeyRing",
    "Merchant",
    "MerchantTransfers",
    "Notification",
    "Refused",
    "TransferAnswer",
    "TransferOrder",
    "TransferScene",
    "TransferState",
    "Unknown",
    "cash_marketing",
    "commission",
    "parse_notification",
    "read_transfer",
]
