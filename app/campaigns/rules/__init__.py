"""Campaigns, decided without I/O."""

from app.campaigns.rules.draw import ALGORITHM, Draw, Outcome, Tier, canonical_text, commitment, tier_of
from app.campaigns.rules.prizes import CASH, KINDS, MONEY, Kind, Prize, expires_at
from app.campaigns.rules.promise import RULE_VERSION, Promise, Window, broken_rules, window_state

__all__ = [
    "ALGORITHM",
    "CASH",
    "KINDS",
    "MONEY",
    "RULE_VERSION",
    "Draw",
    "Kind",
    "Outcome",
    "Prize",
    "Promise",
    "Tier",
    "Window",
    "broken_rules",
    "canonical_text",
    "commitment",
    "expires_at",
    "tier_of",
    "window_state",
]
