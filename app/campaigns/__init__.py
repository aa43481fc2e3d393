"""Owns what a brand promises: campaigns, their committed draws, limits and the codes bound to them."""

from app.campaigns.actions import (
    NewCampaign,
    NewTier,
    activate,
    create_campaign,
    reveal,
    revoke,
    stop_campaign,
    tally_change,
)
from app.campaigns.errors import Ended, LimitReached, NoCampaign, NotStarted, Stopped
from app.campaigns.queries import Campaign, book, check_invariants
from app.campaigns.rules import CASH, MONEY, Outcome, Prize, expires_at, window_state

__all__ = [
    "CASH",
    "MONEY",
    "Campaign",
    "Ended",
    "LimitReached",
    "NewCampaign",
    "NewTier",
    "NoCampaign",
    "NotStarted",
    "Outcome",
    "Prize",
    "Stopped",
    "activate",
    "book",
    "check_invariants",
    "create_campaign",
    "expires_at",
    "reveal",
    "revoke",
    "stop_campaign",
    "tally_change",
    "window_state",
]
