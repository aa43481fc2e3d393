"""What a brand may promise: the checks a campaign must pass before it can be saved."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from app.campaigns.rules.draw import Tier
from app.campaigns.rules.prizes import is_complete, total_fen, worth_fen
from app.kit.clock import business_day

RULE_VERSION = "campaign-1"
TOP_PRIZE_FEN = 5_000_000  # SAMR Order 32 (2020): a lottery's top prize is at most ¥50,000
MAX_TIERS = 20
MAX_CHANCES = 100
# What may not be a condition of a prize: to pass something on, or to follow somebody.
_FORCED = re.compile(
    r"(转发|分享|关注|集赞|点赞|邀请好友|朋友圈)[^。;；!！\n]{0,16}(才|方可|方能|即可|之?后)[^。;；!！\n]{0,8}(领|抽|兑|参与|开奖)"
    r"|\b(share|repost|forward|follow|like|invite)\b[^.;!\n]{0,40}\b(to|before|in order to)\b[^.;!\n]{0,12}"
    r"\b(claim|win|draw|enter|open)\b",
    re.IGNORECASE,
)
RULE_WORDS: dict[str, tuple[str, str]] = {
    "ends_before_it_starts": ("结束时间要晚于开始时间", "it must end after it starts"),
    "already_over": ("结束时间已过", "its end has passed"),
    "no_tier": ("至少要有一个奖项", "it needs at least one prize"),
    "too_many_tiers": ("奖项最多 20 个", "it may have at most 20 prizes"),
    "names_repeat": ("奖项名称不能重复", "prizes must have different names"),
    "top_prize_above_50000_yuan": (
        "一次购买的最高奖合计不能超过 5 万元",
        "the top prizes of one purchase may not exceed ¥50,000 together",
    ),
    "outlives_its_codes": ("活动比码的兑奖期还长", "it would outlive its codes"),
    "more_prizes_than_codes": ("奖比码多", "it has more prizes than codes"),
    "forces_sharing_or_following": (
        "不能要求转发、分享或关注才能领奖",
        "a prize may not depend on sharing or following",
    ),
    "prize_incomplete": ("奖项的内容没有填完整", "a prize does not say all that its kind needs"),
    "budget_of_goods": (
        "由门店兑付的奖项在核销时才结算, 活动不能同时设预算",
        "shops are credited when they hand a prize over: a campaign with such prizes has no budget",
    ),
    "budgets_repeat": ("同一范围只能有一个预算", "each scope may have one budget"),
    "ends_before_shelf_life": (
        "活动在商品保质期之前结束, 架上的商品还在卖",
        "it ends before the shelf life of what is on the shelf",
    ),
    "budget_below_prizes": (
        "预算少于承诺的奖金, 用完后中奖的人要等您追加",
        "its budget is below its prizes: winners would have to wait for more",
    ),
}


@dataclass(frozen=True, slots=True)
class Promise:
    """A campaign before it is saved.

    ``codes`` is how many it draws over, ``last_day`` the last on which they can win; ``chances`` how many codes
    one purchase has; ``budgets`` the scope, key and total of each.
    """

    starts_at: datetime
    ends_at: datetime
    tiers: tuple[Tier, ...]
    codes: int
    last_day: date | None = None
    best_before: date | None = None
    chances: int = 1
    rules_text: str | None = None
    budgets: tuple[tuple[str, str, int | None], ...] = field(default=())


def broken_rules(promise: Promise, *, at: datetime) -> list[str]:
    """The names of the rules a promise breaks; empty when it may be saved."""
    checks = {
        "ends_before_it_starts": promise.ends_at <= promise.starts_at,
        "already_over": promise.ends_at <= at,
        "no_tier": not promise.tiers,
        "too_many_tiers": len(promise.tiers) > MAX_TIERS,
        "names_repeat": len({tier.name for tier in promise.tiers}) < len(promise.tiers),
        "top_prize_above_50000_yuan": _breaks_the_top(promise),
        "prize_incomplete": not all(is_complete(tier.prize, tier.amount_fen) for tier in promise.tiers),
        "outlives_its_codes": promise.last_day is not None and business_day(promise.ends_at) > promise.last_day,
        "more_prizes_than_codes": sum(tier.count for tier in promise.tiers) > promise.codes,
        "forces_sharing_or_following": forces_sharing(promise.rules_text or ""),
        "budget_of_goods": bool(promise.budgets) and any(tier.prize.is_credited_later for tier in promise.tiers),
        "budgets_repeat": len({budget[:2] for budget in promise.budgets}) < len(promise.budgets),
    }
    return [name for name, broken in checks.items() if broken]


def rules_to_confirm(promise: Promise) -> list[str]:
    """What may be meant so, but is asked twice before it is saved."""
    totals = [fen for scope, _, fen in promise.budgets if scope == "all" and fen is not None]
    prizes = sum(total_fen(tier.prize, tier.amount_fen, tier.count) for tier in promise.tiers)
    ends_on, best_before = business_day(promise.ends_at), promise.best_before
    checks = {
        "ends_before_shelf_life": best_before is not None and ends_on < best_before,
        "budget_below_prizes": any(total < prizes for total in totals),
    }
    return [name for name, doubtful in checks.items() if doubtful]


def _breaks_the_top(promise: Promise) -> bool:
    """No single prize, and not the best that the chances of one purchase could bring together."""
    if any(worth_fen(tier.prize, tier.amount_fen) > TOP_PRIZE_FEN for tier in promise.tiers):
        return True
    return dearest_purchase(promise.tiers, promise.chances) > TOP_PRIZE_FEN


def dearest_purchase(tiers: tuple[Tier, ...], chances: int) -> int:
    """The most that one purchase with so many codes can win, in fen; goods count by their value."""
    worths = ((worth_fen(tier.prize, tier.amount_fen), tier.count) for tier in tiers)
    left, fen = chances, 0
    for worth, count in sorted(worths, reverse=True):
        taken = min(left, count)
        left, fen = left - taken, fen + taken * worth
    return fen


def forces_sharing(text: str) -> bool:
    """Whether a text makes sharing or following a condition of a prize, as far as words tell."""
    return _FORCED.search(text) is not None


def rule_words(name: str, language: str = "zh") -> str:
    chinese, english = RULE_WORDS[name]
    return english if language == "en" else chinese


@dataclass(frozen=True, slots=True)
class Window:
    """When a campaign pays, and whether it was stopped."""

    starts_at: datetime
    ends_at: datetime
    stopped_at: datetime | None


def window_state(window: Window, at: datetime) -> str:
    """``not_started``, ``open``, ``ended`` or ``stopped`` at an instant."""
    if window.stopped_at is not None and window.stopped_at <= at:
        return "stopped"
    if at < window.starts_at:
        return "not_started"
    return "open" if at < window.ends_at else "ended"
