"""Campaigns, decided without I/O."""

from app.campaigns.rules.draw import ALGORITHM, Draw, Outcome, Tier, canonical_text, commitment, tier_of
from app.campaigns.rules.promise import RULE_VERSION, Promise, Window, broken_rules, window_state

__all__ = [
    "ALGORITHM",
    "RULE_VERSION",
    "Draw",
    "Outcome",
    "Promise",
    "Tier",
    "Window",
    "broken_rules",
    "canonical_text",
    "commitment",
    "tier_of",
    "window_state",
]
