"""Verbs: promise and stop campaigns, activate codes for them, carry out plans, count wins."""

from app.campaigns.actions.activating import activate, activate_ranges, revoke
from app.campaigns.actions.carrying import carry_out, change_states
from app.campaigns.actions.conditioning import set_conditions, terms_of
from app.campaigns.actions.counting import device_key, tally_changes
from app.campaigns.actions.promising import (
    NewCampaign,
    NewTier,
    create_campaign,
    reveal,
    stop_campaign,
)

__all__ = [
    "NewCampaign",
    "NewTier",
    "activate",
    "activate_ranges",
    "carry_out",
    "change_states",
    "create_campaign",
    "device_key",
    "reveal",
    "revoke",
    "set_conditions",
    "stop_campaign",
    "tally_changes",
    "terms_of",
]
