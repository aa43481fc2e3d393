from typing import Any

from flask import Response, abort

from app import campaigns, identity
from app.kit import clock
from app.kit.http import brand_id, contract, language
from app.scans.queries import campaign_facts
from app.scans.routes.consumer import consumer
from app.scans.routes.pages import landing, render
from app.scans.schemas import CampaignFactsSchema


@consumer.get("/campaigns/<int:campaign_id>")
@identity.anonymous
@contract(returns=CampaignFactsSchema, errors=(campaigns.CampaignUnknown,))
def show_campaign(*, campaign_id: int) -> dict[str, Any]:
    """活动规则、概率与数量 (公开)"""
    facts = _facts(campaign_id)
    if facts is None:
        raise campaigns.CampaignUnknown
    return facts


@landing.get("/c/<int:campaign_id>")
def show_rules(campaign_id: int) -> Response:
    """活动规则页: 不必有码也能看"""
    facts = _facts(campaign_id)
    return render("campaign.html", campaign=facts) if facts else abort(404)


def _facts(campaign_id: int) -> dict[str, Any] | None:
    campaign = campaigns.book(brand_id()).campaigns.get(campaign_id)
    return campaign_facts(campaign, clock.now(), language()) if campaign else None
