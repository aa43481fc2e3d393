"""Who is paid for a claimed unit, how much, and the reason for every cent that is or is not paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

RULE_VERSION = "linked-2"
Role = Literal["terminal", "dealer"]
Outcome = Literal["paid", "held", "refused"]

REASONS: dict[str, tuple[str, str]] = {
    "linked_sale": ("顾客扫了本店开箱的商品", "A customer scanned a unit of a case this shop opened"),
    "supplied_sale": ("顾客扫了本经销商供货的商品", "A customer scanned a unit this dealer supplied"),
    "case_not_opened": ("这件商品所在的箱子还没有门店扫码开箱", "No shop has opened the case of this unit"),
    "not_in_a_case": ("这件商品没有关联箱码", "This unit is not linked to a case"),
    "foreign_opening": (
        "开箱门店不属于收货经销商, 等待品牌确认",
        "The shop that opened the case is not one of the dealer it was shipped to; the brand will decide",
    ),
    "not_shipped": ("这一箱没有发货记录", "There is no shipment of this case"),
    "rebates_suspended": (
        "品牌因窜货处理暂停了这家经销商的返利, 款项留存",
        "The brand has suspended this dealer's rebates over a diversion case; the amount is held",
    ),
    "no_owner": ("门店还没有登记店主", "The shop has no registered owner"),
    "nothing_promised": ("活动没有为这个奖级设置返利", "The campaign promises nothing for this prize"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A commission rule; rows never change, a new figure is a new version. Amounts in fen per claimed unit."""

    id: int
    name: str
    version: int
    terminal_fen: int
    dealer_fen: int


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """What is known of the way a unit took; None where nothing was recorded."""

    case_no: int | None
    terminal_id: int | None
    owner_id: int | None
    dealer_id: int | None
    foreign_opening: bool
    dealer_suspended: bool


@dataclass(frozen=True, slots=True)
class Share:
    """One party's part: ``payee_id`` is the owner's person for a terminal, the dealer for a dealer."""

    role: Role
    party_id: int | None
    payee_id: int | None
    amount_fen: int
    outcome: Outcome
    reason: str


def share_out(rule: Rule | None, facts: ShareFacts) -> tuple[Share, Share]:
    """The terminal's and the dealer's share of one claimed unit, each with its reason."""
    return _terminal(rule, facts), _dealer(rule, facts)


def _terminal(rule: Rule | None, facts: ShareFacts) -> Share:
    amount = rule.terminal_fen if rule else 0
    outcome, reason = _judge(facts, amount, "linked_sale")
    if outcome == "paid" and facts.owner_id is None:
        outcome, reason = "held", "no_owner"
    return Share("terminal", facts.terminal_id, facts.owner_id, amount, outcome, reason)


def _dealer(rule: Rule | None, facts: ShareFacts) -> Share:
    amount = rule.dealer_fen if rule else 0
    outcome, reason = _judge(facts, amount, "supplied_sale")
    if outcome == "paid" and facts.dealer_id is None:
        outcome, reason = "refused", "not_shipped"
    if outcome == "paid" and facts.dealer_suspended:
        outcome, reason = "held", "rebates_suspended"
    return Share("dealer", facts.dealer_id, facts.dealer_id, amount, outcome, reason)


def _judge(facts: ShareFacts, amount: int, paid_for: str) -> tuple[Outcome, str]:
    """What holds for both parties: both must have done their part for either to be paid."""
    if amount == 0:
        return "refused", "nothing_promised"
    if facts.case_no is None:
        return "refused", "not_in_a_case"
    if facts.terminal_id is None:
        return "refused", "case_not_opened"
    if facts.foreign_opening:
        return "held", "foreign_opening"
    return "paid", paid_for


def is_suspended(since: Mapping[int, datetime], dealer_id: int | None, at: datetime) -> bool:
    """Whether a dealer's own share waits; ``since`` names by dealer the first instant of the day it began."""
    return dealer_id is not None and dealer_id in since and since[dealer_id] <= at


def reason_text(reason: str, language: str = "zh") -> str:
    """A reason in words a shop owner understands."""
    chinese, english = REASONS[reason]
    return english if language == "en" else chinese
