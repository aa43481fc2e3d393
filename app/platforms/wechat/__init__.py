"""Owns the talk with WeChat's server API: who scanned, their phone, tickets, and 一物一码."""

from app.platforms.wechat.js_sdk import sign_js_sdk
from app.platforms.wechat.marketcode import ActiveCode, CodeApplication, CodeRange, CodeTerms, MarketCodes
from app.platforms.wechat.marketcode_file import PackageRow, open_package, read_key, read_rows
from app.platforms.wechat.mini_program import MiniProgramApp, PhoneNumber, WeChatIdentity
from app.platforms.wechat.risk_rank import risk_rank
from app.platforms.wechat.service_account import OAuthIdentity, OAuthScope, ServiceAccount, WeChatProfile
from app.platforms.wechat.tokens import TokenStore, WeChatApp, stable_token
from app.platforms.wechat.user_data import decrypt_user_data, raw_data_is_signed

__all__ = [
    "ActiveCode",
    "CodeApplication",
    "CodeRange",
    "CodeTerms",
    "MarketCodes",
    "MiniProgramApp",
    "OAuthIdentity",
    "OAuthScope",
    "PackageRow",
    "PhoneNumber",
    "ServiceAccount",
    "TokenStore",
    "WeChatApp",
    "WeChatIdentity",
    "WeChatProfile",
    "decrypt_user_data",
    "open_package",
    "raw_data_is_signed",
    "read_key",
    "read_rows",
    "risk_rank",
    "sign_js_sdk",
    "stable_token",
]
