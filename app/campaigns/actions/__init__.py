"""Verbs: promise and stop campaigns, activate codes for them, carry out plans, count wins."""

from app.campaigns.actions.activating import activate, activate_ranges, revoke
from app.campaigns.actions.budgeting import NewBudget, raise_alarms, set_budget
from app.campaigns.actions.carrying import carry_out, change_states, review_change
from app.campaigns.actions.conditioning import set_conditions, terms_of
from app.campaigns.actions.counting import device_key, tally_changes
from app.campaigns.actions.ending import resume_campaign, reveal, stop_campaign
from app.campaigns.actions.promising import (
    NewCampaign,
    NewTier,
    create_campaign,
)
from app.campaigns.actions.spending import exhausted, level_purses, spend_change

__all__ = [
    "NewBudget",
    "NewCampaign",
    "NewTier",
    "activate",
    "activate_ranges",
    "carry_out",
    "change_states",
    "create_campaign",
    "device_key",
    "exhausted",
    "level_purses",
    "raise_alarms",
    "resume_campaign",
    "reveal",
    "review_change",
    "revoke",
    "set_budget",
    "set_conditions",
    "spend_change",
    "stop_campaign",
    "tally_changes",
    "terms_of",
]
