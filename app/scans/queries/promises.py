"""What the public may read of a campaign: its rules, odds, stock and conditions, from memory."""

from datetime import datetime
from typing import Any

from app import campaigns
from app.scans.pages.conditions import condition_lines


def campaign_facts(campaign: campaigns.Campaign, at: datetime, language: str) -> dict[str, Any]:
    return {
        "id": str(campaign.id),
        "name": campaign.name,
        "starts_at": instant(campaign.window.starts_at),
        "ends_at": instant(campaign.window.ends_at),
        "state": campaigns.window_state(campaign.window, at),
        "codes": campaign.draw.n,
        "per_person_limit": campaign.per_person_limit,
        "per_person_day_limit": campaign.per_person_day_limit,
        "commitment": campaign.commitment,
        "tiers": [
            {
                "name": tier.name,
                "amount_fen": tier.amount_fen,
                "count": tier.count,
                "kind": tier.prize.kind,
                "most_fen": tier.prize.most_fen,
                "price_fen": tier.prize.price_fen,
                "points": tier.prize.points,
                "value_fen": tier.prize.value_fen,
                "lasts_days": tier.prize.lasts_days,
            }
            for tier in campaign.draw.tiers
        ],
        "conditions": condition_lines(campaign, language),
        "rules_text": campaign.rules_text,
    }


def instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
