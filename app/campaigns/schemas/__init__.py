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
    NewVoidSchema,
    PlanPageSchema,
    PlanQuery,
    PlanReviewSchema,
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
    "NewVoidSchema",
    "PlanPageSchema",
    "PlanQuery",
    "PlanReviewSchema",
    "PlanSchema",
    "RangeSchema",
    "RevealSchema",
    "TierSchema",
]
