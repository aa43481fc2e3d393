"""What a platform's word about a transfer means for the money: pure, the state machine as data."""

from datetime import datetime, timedelta
from typing import Literal

State = Literal["requested", "transferring", "waiting", "paid", "returned"]
Verdict = Literal["give_back", "try_again"]

OPEN: tuple[State, ...] = ("requested", "transferring", "waiting")
FINAL: tuple[State, ...] = ("paid", "returned")
STATES: tuple[State, ...] = OPEN + FINAL

MINIMUM_FEN = 10
MAXIMUM_FEN = 20_000
SCENE_CASH_MARKETING = "1000"

# States of 商家转账 (pay.weixin.qq.com/doc/v3/merchant/4012716434) as ours. SUCCESS, FAIL and CANCELLED are
# final there; a bill nobody confirms ends as FAIL with OVERDUE_CLOSE. Our own clock never ends a payout.
MEANING: dict[str, State] = {
    "ACCEPTED": "transferring",
    "PROCESSING": "transferring",
    "WAIT_USER_CONFIRM": "waiting",
    "TRANSFERING": "transferring",
    "CANCELING": "transferring",
    "SUCCESS": "paid",
    "FAIL": "returned",
    "CANCELLED": "returned",
}
# Answers overtake one another, so open states may follow each other in any order; nothing follows a final one.
SOURCES: dict[State, tuple[State, ...]] = {
    "requested": (),
    "transferring": ("requested", "waiting"),
    "waiting": ("requested", "transferring"),
    "paid": OPEN,
    "returned": OPEN,
}

CONFIRMABLE = timedelta(hours=24)
# WeChat refuses a request signed more than five minutes ago, so one without an answer cannot act after that.
STILL_ON_ITS_WAY = timedelta(minutes=15)
# Bills can be queried for thirty days; after that "missing" says nothing.
REMEMBERED = timedelta(days=29)
FIRST_CHECK = timedelta(seconds=15)
LAST_CHECK = timedelta(hours=1)
RATE_LIMITED = frozenset({"FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED", "RATELIMIT_EXCEEDED"})

OTHER_REASON = ("微信未能完成转账, 已退回钱包", "WeChat could not complete the transfer; it is back in the wallet")
REASONS: dict[str, tuple[str, str]] = {
    "OVERDUE_CLOSE": (
        "24 小时内没有确认收款, 已退回钱包",
        "Not confirmed within 24 hours; it is back in the wallet",
    ),
    "NOT_ENOUGH": (
        "品牌的付款账户余额不足, 已退回钱包, 请稍后再提现",
        "The brand's account is short of money; it is back in the wallet, please try again later",
    ),
    "BUDGET_NOT_ENOUGH": (
        "品牌的付款预算不足, 已退回钱包, 请稍后再提现",
        "The brand's budget is used up; it is back in the wallet, please try again later",
    ),
    "REAL_NAME_CHECK_FAIL": (
        "微信账号没有实名认证, 已退回钱包",
        "The WeChat account has no verified name; it is back in the wallet",
    ),
    "ACCOUNT_FROZEN": (
        "微信账号被冻结, 已退回钱包",
        "The WeChat account is frozen; it is back in the wallet",
    ),
    "PAYEE_ACCOUNT_ABNORMAL": (
        "微信账号暂时不能收款, 已退回钱包",
        "The WeChat account cannot receive money now; it is back in the wallet",
    ),
    "DAY_RECEIVED_QUOTA_EXCEED": (
        "今天收款已达微信限额, 已退回钱包, 请明天再提现",
        "WeChat's daily limit is reached; it is back in the wallet, please try again tomorrow",
    ),
    "DAY_RECEIVED_COUNT_EXCEED": (
        "今天收款次数已达微信上限, 已退回钱包, 请明天再提现",
        "WeChat's daily count is reached; it is back in the wallet, please try again tomorrow",
    ),
    "MCH_CANCEL": ("品牌撤回了转账, 已退回钱包", "The brand took the transfer back; it is back in the wallet"),
}
ENTRY_REASONS: dict[str, tuple[str, str]] = {
    "prize": ("扫码奖金", "Prize of a scan"),
    "terminal_commission": ("门店返利", "Commission of the shop"),
    "redemption_goods": ("核销奖品的货款", "Goods handed over as prizes"),
    "redemption_service": ("核销服务费", "Service of handing over prizes"),
    "merge": ("账号合并", "Accounts joined"),
    "payout": ("提现到微信", "Withdrawn to WeChat"),
    "payout_returned": ("提现未成功, 退回", "Withdrawal returned"),
}


def sources_of(state: State) -> tuple[State, ...]:
    """The states that ``state`` may follow, itself included where an answer may be repeated."""
    return (*SOURCES[state], state) if state in OPEN else SOURCES[state]


def contradicts(now: State, told: State) -> bool:
    """True when a payout that has ended is told to have ended otherwise: money may have moved twice."""
    return now in FINAL and told in FINAL and now != told


def judge_refusal(code: str, *, missing: bool, unsure_until: datetime | None, at: datetime) -> Verdict:
    """What a refused creation means.

    The money goes back only when the platform has no bill of the number (``missing``, asked afterwards) and no
    earlier creation without an answer may still arrive (``unsure_until``).
    """
    certain = missing and (unsure_until is None or unsure_until <= at)
    return "give_back" if certain and code not in RATE_LIMITED else "try_again"


def next_check(created_at: datetime, at: datetime) -> datetime:
    """When to ask about an open payout again: soon while it is young, hourly in the end."""
    return at + min(max((at - created_at) / 4, FIRST_CHECK), LAST_CHECK)


def payout_reason(reason: str | None, language: str) -> str | None:
    """Why money came back, in words; None when it did not."""
    if reason is None:
        return None
    return REASONS.get(reason, OTHER_REASON)[language == "en"]


def entry_reason(reason: str, language: str) -> str:
    """A line of the wallet in words."""
    return ENTRY_REASONS.get(reason, ("其他", "Other"))[language == "en"]
