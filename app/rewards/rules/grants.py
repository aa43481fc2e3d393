"""A prize that is not money: what it is when it is won, how it goes on, and the words for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

RULE_VERSION = "grant-1"
GrantState = Literal["won", "ordered", "received", "expired"]
HANDED_OVER = ("another", "one_yuan")
TOLD_BEFORE = timedelta(days=3)

STATES: dict[tuple[str, str], tuple[str, str]] = {
    ("won", "drawn"): ("待使用", "To be used"),
    ("ordered", "address_given"): ("等品牌寄出", "To be shipped by the brand"),
    ("received", "credited"): ("积分已到账", "Points credited"),
    ("received", "redeemed"): ("已在门店领取", "Handed over by a shop"),
    ("received", "confirmed"): ("已确认收货", "Receipt confirmed"),
    ("received", "time_passed"): ("寄出多日, 按已收货处理", "Shipped long ago, taken as received"),
    ("expired", "not_used_in_time"): ("过期未使用", "Not used in time"),
    ("expired", "points_expired"): ("积分已过期", "The points have expired"),
}
REFUSAL_REASONS: dict[str, tuple[str, str]] = {
    "no_stock": ("说没有货", "Said to be out of stock"),
    "not_bought_here": ("说不是在本店买的", "Said it was not bought there"),
    "asks_more": ("要加钱或加条件", "Asked for more"),
    "unaware": ("说不知道这个活动", "Did not know of it"),
    "other": ("其他", "Something else"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How a brand wants redemptions to be: so many a shop and business day, told within so many hours."""

    per_terminal_day: int = 200
    offline_hours: int = 24

    @property
    def grace(self) -> timedelta:
        return timedelta(hours=self.offline_hours)


def state_text(state: str, reason: str, language: str = "zh") -> str:
    return STATES.get((state, reason), (state, state))[language == "en"]


def expires_soon(state: str, expires: datetime, at: datetime) -> bool:
    """Whether somebody should be told that a prize is about to end."""
    return state == "won" and at < expires <= at + TOLD_BEFORE


def due_points(lots: Iterable[int], *, gone: int, balance: int) -> int:
    """How many points expire now.

    ``lots`` are all lots that have ever come to their end, ``gone`` what has left the wallet, spent or expired.
    Points are spent in the order in which they end, so what of those lots has not gone yet goes now.
    """
    return max(0, min(balance, sum(lots) - gone))
