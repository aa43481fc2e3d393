"""What the routes of campaigns take and give."""

from app.campaigns.schemas.budgets import BudgetSchema, NewBudgetSchema, ResumeSchema
from app.campaigns.schemas.conditions import (
    ConditionsSchema,
    NewConditionsSchema,
    TermsSchema,
    conditions_from,
)
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
    "BudgetSchema",
    "CampaignSchema",
    "ConditionsSchema",
    "FileQuery",
    "NewBudgetSchema",
    "NewCampaignSchema",
    "NewConditionsSchema",
    "NewPlanSchema",
    "NewTierSchema",
    "NewVoidSchema",
    "PlanPageSchema",
    "PlanQuery",
    "PlanReviewSchema",
    "PlanSchema",
    "RangeSchema",
    "ResumeSchema",
    "RevealSchema",
    "TermsSchema",
    "TierSchema",
    "conditions_from",
]
