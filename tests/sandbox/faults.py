"""What can go wrong between a merchant and WeChat, on request.

A fault is set by name, for a number of times, optionally only for calls whose address or body contains `match`.
"""

import itertools
import threading
from dataclasses import dataclass, field

RESPONSE = {
    "latency": "answers after `seconds` (1)",
    "timeout_before_commit": "does nothing, is silent for `seconds` (30), hangs up",
    "timeout_after_commit": "does it, is silent for `seconds` (30), hangs up",
    "drop_before_commit": "hangs up without doing anything",
    "drop_after_commit": "does it and hangs up",
    "error_before_commit": "`status` (500) and `code` (SYSTEM_ERROR), nothing done",
    "error_after_commit": "`status` (500) and `code` (SYSTEM_ERROR), although it was done",
    "rate_limited": "429 FREQUENCY_LIMITED, nothing done",
    "bad_gateway": "502 with an HTML page, nothing done",
    "truncated": "does it and cuts the body in half",
    "errcode": "api.weixin.qq.com: `errcode` (-1) and `errmsg`, nothing done",
    "token_rotated": "api.weixin.qq.com: 40001, and the token is dead from now on",
    "unsigned": "2xx without signature headers",
    "bad_signature": "a signature over other bytes",
    "sign_test": "the probe WECHATPAY/SIGNTEST/",
    "wrong_serial": "a serial that nobody knows",
    "other_serial": "valid, but signed with the merchant's other platform key",
    "stale_timestamp": "a valid signature, `seconds` (900) old",
    "hold_accepted": "a transfer waits in ACCEPTED and PROCESSING for `seconds` (60) each",
    "wrong_market_key": "一物一码: a file encrypted with a key that nobody was told",
    "garbled_package": "一物一码: a file whose rows make no sense",
    "transfer_fails": "a transfer ends FAIL with `fail_reason` (PAYEE_ACCOUNT_ABNORMAL)",
}
SIGNATURES = {"unsigned", "bad_signature", "sign_test", "wrong_serial", "other_serial", "stale_timestamp"}
NOTIFICATION = {name: RESPONSE[name] for name in sorted(SIGNATURES)} | {
    "duplicate": "sent `copies` (2) times in a row",
    "reorder": "held back until another notification has gone out",
    "lost": "counted as delivered, never sent",
    "garbled": "signed, but the ciphertext does not open",
}
NEW_TRANSFER = "POST /v3/fund-app/mch-transfer/transfer-bills?"
WHERE = {"response": RESPONSE, "notification": NOTIFICATION}
DEFAULT_MATCH = dict.fromkeys([*SIGNATURES, "rate_limited"], "/v3/") | {
    "token_rotated": "access_token=",
    "wrong_market_key": "/applycodedownload?",
    "garbled_package": "/applycodedownload?",
    "hold_accepted": NEW_TRANSFER,
    "transfer_fails": NEW_TRANSFER,
}


class UnknownFault(ValueError):
    pass


@dataclass(slots=True)
class Fault:
    id: int
    name: str
    on: str
    match: str
    times: int | None
    options: dict = field(default_factory=dict)

    def option(self, name: str, default: object) -> object:
        return self.options.get(name, default)

    def seconds(self, default: float) -> float:
        return float(self.options.get("seconds", default))

    def described(self) -> dict:
        own = {name: getattr(self, name) for name in ("id", "name", "on", "match", "times")}
        return own | self.options


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._numbers = itertools.count(1)
        self._faults: list[Fault] = []

    def add(self, *, name: str, on: str, match: str | None, times: int | None, options: dict) -> Fault:
        """`times=None` means until removed. Raises UnknownFault."""
        if name not in WHERE.get(on, {}):
            raise UnknownFault(f"no fault {name!r} on {on!r}")
        default = "" if on == "notification" else DEFAULT_MATCH.get(name, "")
        fault = Fault(next(self._numbers), name, on, default if match is None else match, times, options)
        with self._lock:
            self._faults.append(fault)
        return fault

    def detached(self, name: str, options: dict) -> Fault:
        """A notification fault for one letter, not kept. Raises UnknownFault."""
        if name not in NOTIFICATION:
            raise UnknownFault(f"no fault {name!r} on 'notification'")
        return Fault(0, name, "notification", "", 1, options)

    def take(self, on: str, text: str) -> Fault | None:
        """The oldest fault that applies to `text`; using it up counts."""
        with self._lock:
            for fault in self._faults:
                if fault.on == on and fault.match in text:
                    self._use_up(fault)
                    return fault
        return None

    def _use_up(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._faults.remove(fault)

    def listed(self) -> list[dict]:
        with self._lock:
            return [fault.described() for fault in self._faults]

    def clear(self) -> None:
        """Forget all faults and let go of every connection that is being kept waiting."""
        with self._lock:
            self._faults.clear()
            self._released.set()
            self._released = threading.Event()

    def keep_waiting(self, seconds: float) -> None:
        self._released.wait(seconds)
