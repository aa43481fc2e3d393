"""Owns the talk with WeChat's server API: who scanned, their phone, and tickets for the page."""

from app.platforms.wechat.js_sdk import sign_js_sdk
from app.platforms.wechat.mini_program import MiniProgramApp, PhoneNumber, WeChatIdentity
from app.platforms.wechat.service_account import OAuthIdentity, OAuthScope, ServiceAccount, WeChatProfile
from app.platforms.wechat.tokens import TokenStore, WeChatApp, stable_token
from app.platforms.wechat.user_data import decrypt_user_data, raw_data_is_signed

__all__ = [
    "MiniProgramApp",
    "OAuthIdentity",
    "OAuthScope",
    "PhoneNumber",
    "ServiceAccount",
    "TokenStore",
    "WeChatApp",
    "WeChatIdentity",
    "WeChatProfile",
    "decrypt_user_data",
    "raw_data_is_signed",
    "sign_js_sdk",
    "stable_token",
]
