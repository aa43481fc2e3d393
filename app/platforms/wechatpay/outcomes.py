"""What can come of talking about a transfer: an answer, a refusal, or not knowing. All three are values."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class TransferState(StrEnum):
    """States of a bill (pay.weixin.qq.com/doc/v3/merchant/4012716434), spelt as the platform spells them."""

    ACCEPTED = "ACCEPTED"
    PROCESSING = "PROCESSING"
    WAIT_USER_CONFIRM = "WAIT_USER_CONFIRM"
    TRANSFERING = "TRANSFERING"
    SUCCESS = "SUCCESS"
    FAIL = "FAIL"
    CANCELING = "CANCELING"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        return self in {TransferState.SUCCESS, TransferState.FAIL, TransferState.CANCELLED}


@dataclass(frozen=True, slots=True)
class TransferAnswer:
    """What the platform verifiably says of a bill.

    `package_info` opens the confirmation page and exists in WAIT_USER_CONFIRM only; `fail_reason` comes with
    FAIL. `amount_fen` and `openid` are told by queries and notifications, not by the answer to a creation.
    """

    out_bill_no: str
    state: TransferState
    transfer_bill_no: str
    package_info: str | None = None
    fail_reason: str | None = None
    amount_fen: int | None = None
    openid: str | None = None

    @classmethod
    def from_bill(cls, bill: dict[str, Any]) -> Self:
        """Read a bill of any answer; raises `KeyError` or `ValueError` for one we cannot understand."""
        amount = bill.get("transfer_amount")
        return cls(
            out_bill_no=bill["out_bill_no"],
            state=TransferState(bill["state"]),
            transfer_bill_no=bill["transfer_bill_no"],
            package_info=bill.get("package_info") or None,
            fail_reason=bill.get("fail_reason") or None,
            amount_fen=None if amount is None else int(amount),
            openid=bill.get("openid") or None,
        )


MISSING_CODES = frozenset({"NOT_FOUND", "RESOURCE_NOT_EXISTS", "ORDER_NOT_EXIST", "ORDERNOTEXIST"})
LATER_CODES = frozenset(
    {
        "NOT_ENOUGH",
        "FREQUENCY_LIMITED",
        "FREQUENCY_LIMIT_EXCEED",
        "RATELIMIT_EXCEEDED",
    }
)


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform said no to this request, with its own code and words.

    It is an answer to the request, not about the bill: an earlier attempt under the same number may live
    (INVALID_REQUEST says so when the contents differ). Money goes back only after a query was refused as
    `is_missing`, or answered FAIL or CANCELLED.
    """

    code: str
    message: str

    @property
    def is_missing(self) -> bool:
        """Asked about a bill the platform does not have."""
        return self.code in MISSING_CODES

    @property
    def may_pass_later(self) -> bool:
        """The same order under the same number may succeed later: no balance yet, or too many calls."""
        return self.code in LATER_CODES


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows whether the request took effect: silence, a 5xx, or an answer that does not verify.

    Query by the same number, later; never send the money again under another one. `reason` is one word.
    """

    reason: str


Outcome = TransferAnswer | Refused | Unknown
