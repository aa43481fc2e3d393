"""What the routes of campaigns take and give."""

from app.campaigns.schemas.promises import (
    ActivatedSchema,
    ActivationSchema,
    CampaignSchema,
    NewCampaignSchema,
    NewTierSchema,
    RevealSchema,
    TierSchema,
)
from app.campaigns.schemas.states import (
    FileQuery,
    NewPlanSchema,
    PlanPageSchema,
    PlanQuery,
    PlanSchema,
    RangeSchema,
)

__all__ = [
    "ActivatedSchema",
    "ActivationSchema",
    "CampaignSchema",
    "FileQuery",
    "NewCampaignSchema",
    "NewPlanSchema",
    "NewTierSchema",
    "PlanPageSchema",
    "PlanQuery",
    "PlanSchema",
    "RangeSchema",
    "RevealSchema",
    "TierSchema",
]
