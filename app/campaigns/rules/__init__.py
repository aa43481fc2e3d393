"""Campaigns, decided without I/O."""

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
    "RULE_VERSION",
    "Blocked",
    "Conditions",
    "Draw",
    "Occasion",
    "Outcome",
    "Promise",
    "Tier",
    "Window",
    "blocked",
    "blocked_for_anybody",
    "broken_rules",
    "canonical_text",
    "commitment",
    "opens_at",
    "tier_of",
    "widens",
    "window_state",
]
