"""Verbs: promise and stop campaigns, activate codes for them, carry out plans, count wins."""

from app.campaigns.actions.activating import activate, activate_ranges, revoke
from app.campaigns.actions.carrying import carry_out, change_states, review_change
from app.campaigns.actions.promising import (
    NewCampaign,
    NewTier,
    create_campaign,
    get_campaign,
    reveal,
    stop_campaign,
    tally_change,
)

__all__ = [
    "NewCampaign",
    "NewTier",
    "activate",
    "activate_ranges",
    "carry_out",
    "change_states",
    "create_campaign",
    "get_campaign",
    "reveal",
    "review_change",
    "revoke",
    "stop_campaign",
    "tally_change",
]
