"""What a brand may promise: the checks a campaign must pass before it can be saved."""

from dataclasses import dataclass
from datetime import date, datetime

from app.campaigns.rules.draw import Tier
from app.campaigns.rules.prizes import is_complete, worth_fen
from app.kit.clock import business_day

RULE_VERSION = "campaign-1"
TOP_PRIZE_FEN = 5_000_000  # SAMR Order 32 (2020): a lottery's top prize is at most ¥50,000
MAX_TIERS = 20


@dataclass(frozen=True, slots=True)
class Promise:
    """A campaign before it is saved: how many codes it draws over, and the last day on which they can win."""

    starts_at: datetime
    ends_at: datetime
    tiers: tuple[Tier, ...]
    codes: int
    last_day: date | None = None


def broken_rules(promise: Promise, *, at: datetime) -> list[str]:
    """The names of the rules a promise breaks; empty when it may be saved."""
    checks = {
        "ends_before_it_starts": promise.ends_at <= promise.starts_at,
        "already_over": promise.ends_at <= at,
        "no_tier": not promise.tiers,
        "too_many_tiers": len(promise.tiers) > MAX_TIERS,
        "names_repeat": len({tier.name for tier in promise.tiers}) < len(promise.tiers),
        "top_prize_above_50000_yuan": any(
            worth_fen(tier.prize, tier.amount_fen) > TOP_PRIZE_FEN for tier in promise.tiers
        ),
        "prize_incomplete": not all(is_complete(tier.prize, tier.amount_fen) for tier in promise.tiers),
        "outlives_its_codes": promise.last_day is not None and business_day(promise.ends_at) > promise.last_day,
        "more_prizes_than_codes": sum(tier.count for tier in promise.tiers) > promise.codes,
    }
    return [name for name, broken in checks.items() if broken]


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
