"""WeChat answers HTTP 200 even when it refuses: the truth is in `errcode`, and a missing one means 0.

Source: the error tables of `code2Session`, `getPhoneNumber` and web-page authorization on
developers.weixin.qq.com.
"""

import re
from typing import Any

from app.kit.errors import AppError
from app.platforms import http
from app.platforms.errors import (
    HighRiskUser,
    InvalidLoginCode,
    LoginCodeUsed,
    PlatformBusy,
    PlatformRefused,
    TokenRejected,
)

REFUSALS: dict[int, type[AppError]] = {
    -1: PlatformBusy,
    45009: PlatformBusy,  # daily quota of the interface
    45011: PlatformBusy,  # too many calls a minute for this user
    40029: InvalidLoginCode,
    41008: InvalidLoginCode,  # the code is missing
    40163: LoginCodeUsed,
    40226: HighRiskUser,
    40001: TokenRejected,
    40014: TokenRejected,
    42001: TokenRejected,
}
RID = re.compile(r"rid: ?([0-9a-f-]+)")


def ask(call: http.Call) -> dict[str, Any]:
    """Send once and return the reply; raises one of `REFUSALS` or `PlatformRefused`."""
    try:
        return _accepted(http.send(call))
    except http.NoAnswer as silence:
        raise PlatformBusy(reason=silence.reason) from None


def look_up(call: http.Call) -> dict[str, Any]:
    """Like `ask`, for calls that spend nothing: tried again when WeChat could not answer."""
    try:
        return _accepted(http.read(call))
    except http.NoAnswer as silence:
        raise PlatformBusy(reason=silence.reason) from None


def text_of(reply: dict[str, Any], name: str) -> str:
    """A field the documentation promises."""
    value = reply.get(name)
    if not isinstance(value, str) or not value:
        raise PlatformBusy(reason="incomplete", field=name)
    return value


def number_of(reply: Any, name: str) -> int:
    """A whole number the documentation promises, written as a number or as digits."""
    value = reply.get(name) if isinstance(reply, dict) else None
    try:
        return int(value)  # type: ignore[arg-type]  # whatever else it is, int() says so
    except (TypeError, ValueError):
        raise PlatformBusy(reason="incomplete", field=name) from None


def _accepted(answer: http.Answer) -> dict[str, Any]:
    if answer.status >= http.FIRST_SERVER_ERROR:
        raise PlatformBusy(reason="server_error")
    try:
        reply = http.parse_object(answer.body)
        errcode = int(reply.get("errcode", 0))
    except (http.UnreadableAnswer, TypeError, ValueError):
        raise PlatformBusy(reason="unreadable") from None
    if errcode:
        raise _refusal(errcode, str(reply.get("errmsg", "")))
    return reply


def _refusal(errcode: int, errmsg: str) -> AppError:
    """`errmsg` may name addresses of ours, so it stays with the traceback; its request id may be shown."""
    details: dict[str, Any] = {"errcode": errcode}
    if rid := RID.search(errmsg):
        details["rid"] = rid[1]
    refusal = REFUSALS.get(errcode, PlatformRefused)(**details)
    refusal.add_note(errmsg)
    return refusal
