"""Where WeChat lives; the sandbox is reached by other addresses and in no other way."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WeChatEndpoints:
    """Base addresses without a path: server API, authorization page, WeChat Pay."""

    api: str = "https://api.weixin.qq.com"
    open: str = "https://open.weixin.qq.com"
    pay: str = "https://api.mch.weixin.qq.com"
