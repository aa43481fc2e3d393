"""Campaigns, decided without I/O."""

from app.campaigns.rules.budget import (
    PURSES,
    Budget,
    Scope,
    Spend,
    allowance,
    is_paced_out,
    levelled,
    part_of,
    spends,
)
from app.campaigns.rules.draw import ALGORITHM, Draw, Outcome, Tier, canonical_text, commitment, tier_of
from app.campaigns.rules.eligibility import (
    Blocked,
    Conditions,
    Occasion,
    blocked,
    blocked_for_anybody,
    opens_at,
    widens,
)
from app.campaigns.rules.promise import RULE_VERSION, Promise, Window, broken_rules, window_state

__all__ = [
    "ALGORITHM",
    "PURSES",
    "RULE_VERSION",
    "Blocked",
    "Budget",
    "Conditions",
    "Draw",
    "Occasion",
    "Outcome",
    "Promise",
    "Scope",
    "Spend",
    "Tier",
    "Window",
    "allowance",
    "blocked",
    "blocked_for_anybody",
    "broken_rules",
    "canonical_text",
    "commitment",
    "is_paced_out",
    "levelled",
    "opens_at",
    "part_of",
    "spends",
    "tier_of",
    "widens",
    "window_state",
]
