"""Campaigns at the console that need every package: simulated before launch, watched after it."""

from dataclasses import asdict
from typing import Any

from app import campaigns, channel, codes, identity
from app.campaigns.schemas import conditions_from
from app.kit import clock
from app.kit.errors import TooManyRequests
from app.kit.http import brand_id, contract, limiter
from app.kit.limits import per_minute
from app.kit.transaction import transaction
from app.scans.queries.monitor import monitor
from app.scans.queries.simulation import Wanted, prepare
from app.scans.routes.console import console
from app.scans.schemas.simulation import ForecastSchema, MonitorSchema, NewSimulationSchema

A_MINUTE = 20  # a run takes a second or two of a worker


@console.post("/simulations")
@identity.requires_role("brand_admin", "brand_operator")
@contract(
    accepts=NewSimulationSchema,
    returns=ForecastSchema,
    errors=(campaigns.BreaksRules, codes.UnknownBatch, TooManyRequests),
)
def post_simulation(*, campaign: dict[str, Any], season: dict[str, Any]) -> dict[str, Any]:
    """模拟: 用过去的扫码或虚拟的一季试跑活动, 看花费、中奖数、何时用完"""
    limiter().require_locally(per_minute("simulate", A_MINUTE), str(brand_id()))
    terms, directory = campaign.pop("conditions"), channel.directory(brand_id())
    new = campaigns.NewCampaign(
        tiers=tuple(campaigns.NewTier(**tier) for tier in campaign.pop("tiers")),
        budgets=tuple(campaigns.NewBudget(**budget) for budget in campaign.pop("budgets")),
        conditions=conditions_from(terms) if terms else None,
        **campaign,
    )
    with transaction(brand_id()) as session:
        prepared = prepare(session, new, Wanted(**season), directory)
    return _shown(new, prepared.run())


@console.get("/campaigns/<int:campaign_id>/monitor")
@contract(returns=MonitorSchema, errors=(campaigns.CampaignUnknown,))
def show_monitor(*, campaign_id: int) -> dict[str, Any]:
    """活动实况: 已付、已领、各奖项余量、每分钟领取"""
    campaign = campaigns.book(brand_id()).campaigns.get(campaign_id)
    if campaign is None:
        raise campaigns.CampaignUnknown
    with transaction(brand_id()) as session:
        return monitor(session, campaign, at=clock.now())


def _shown(new: campaigns.NewCampaign, told: campaigns.simulating.Forecast) -> dict[str, Any]:
    return {
        "runs": told.runs,
        "scans": told.scans,
        "winners": told.winners,
        "cost_fen": told.cost_fen,
        "exhausted_on": told.exhausted_on,
        "by_tier": [
            {"name": tier.name, **asdict(found)} for tier, found in zip(new.tiers, told.by_tier, strict=True)
        ],
        "by_answer": [{"answer": name, **asdict(found)} for name, found in told.by_answer.items()],
        "by_day": [{"day": day, **asdict(found)} for day, found in told.by_day],
    }
