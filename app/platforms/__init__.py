"""Owns the outside world: one folder a vendor, thin clients that speak the real wire protocol and keep no state.

Each folder has its own face (`app.platforms.wechat`, `app.platforms.wechatpay`); here is what they share.
"""

from app.platforms.endpoints import WeChatEndpoints
from app.platforms.errors import (
    HighRiskUser,
    InvalidLoginCode,
    InvalidUserData,
    LoginCodeUsed,
    NotificationUnreadable,
    NotificationUnverified,
    PlatformBusy,
    PlatformRefused,
)
from app.platforms.kms import HttpKms, KmsFailed
from app.platforms.login import LoginPlatform, PlatformIdentity

__all__ = [
    "HighRiskUser",
    "HttpKms",
    "InvalidLoginCode",
    "InvalidUserData",
    "KmsFailed",
    "LoginCodeUsed",
    "LoginPlatform",
    "NotificationUnreadable",
    "NotificationUnverified",
    "PlatformBusy",
    "PlatformIdentity",
    "PlatformRefused",
    "WeChatEndpoints",
]
