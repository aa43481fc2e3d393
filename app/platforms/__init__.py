"""Owns the outside world: one folder a vendor, thin clients that speak the real wire protocol and keep no state.

Each folder has its own face (`app.platforms.wechat`, `app.platforms.wechatpay`); here is what they share.
"""

from app.platforms.endpoints import WeChatEndpoints
from app.platforms.errors import (
    HighRiskUser,
    InvalidCodeTicket,
    InvalidLoginCode,
    InvalidMarketKey,
    InvalidUserData,
    LoginCodeUsed,
    NotificationUnreadable,
    NotificationUnverified,
    PackageExpired,
    PlatformBusy,
    PlatformRefused,
    TokenRejected,
    UnreadablePackage,
)
from app.platforms.kms import HttpKms, KmsFailed
from app.platforms.login import LoginPlatform, PlatformIdentity

__all__ = [
    "HighRiskUser",
    "HttpKms",
    "InvalidCodeTicket",
    "InvalidLoginCode",
    "InvalidMarketKey",
    "InvalidUserData",
    "KmsFailed",
    "LoginCodeUsed",
    "LoginPlatform",
    "NotificationUnreadable",
    "NotificationUnverified",
    "PackageExpired",
    "PlatformBusy",
    "PlatformIdentity",
    "PlatformRefused",
    "TokenRejected",
    "UnreadablePackage",
    "WeChatEndpoints",
]
