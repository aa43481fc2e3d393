"""Owns what dealers and terminals earn, and why: the only engine that computes it."""

from app.commissions.actions import add_rule, shares_change
from app.commissions.queries import (
    Earnings,
    check_invariants,
    commissions_after,
    commissions_of,
    earnings,
    rules_by_id,
    suspended_since,
)
from app.commissions.rules import RULE_VERSION, Rule, Share, ShareFacts, is_suspended, reason_text, share_out

__all__ = [
    "RULE_VERSION",
    "Earnings",
    "Rule",
    "Share",
    "ShareFacts",
    "add_rule",
    "check_invariants",
    "commissions_after",
    "commissions_of",
    "earnings",
    "is_suspended",
    "reason_text",
    "rules_by_id",
    "share_out",
    "shares_change",
    "suspended_since",
]
