"""Instants as the pages print them."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def local_moment(instant: str | None) -> str:
    """An RFC 3339 instant as a shopper in China reads it: `2026-11-23 15:04`."""
    if not instant:
        return ""
    return f"{datetime.fromisoformat(instant).astimezone(_SHANGHAI):%Y-%m-%d %H:%M}"
