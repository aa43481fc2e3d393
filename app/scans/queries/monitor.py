"""A live campaign at a glance: what it has paid, what is left of each prize, how fast it goes."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app import attribution, campaigns, ledger, rewards

MINUTES = 60


def monitor(session: Session, campaign: campaigns.Campaign, *, at: datetime) -> dict[str, Any]:
    """Figures as of ``at``; amounts in fen, ``minutes`` oldest first, one for each of the last sixty."""
    lo, hi = campaign.first_no, campaign.first_no + campaign.draw.n
    claimed = rewards.claims_by_tier(session, campaign.id, lo=lo, hi=hi)
    return {
        "at": at,
        "state": campaigns.window_state(campaign.window, at),
        "spent_fen": -ledger.balance(session, ledger.Account("budget", "campaign", campaign.id)),
        "claims": sum(claimed.values()),
        "winners": sum(count for tier_no, count in claimed.items() if tier_no is not None),
        "tiers": [
            {
                "name": tier.name,
                "amount_fen": tier.amount_fen,
                "count": tier.count,
                "claimed": claimed.get(number, 0),
            }
            for number, tier in enumerate(campaign.draw.tiers)
        ],
        "minutes": _minutes(session, lo, hi, at),
    }


def _minutes(session: Session, lo: int, hi: int, at: datetime) -> list[int]:
    first = at.replace(second=0, microsecond=0) - timedelta(minutes=MINUTES - 1)
    counted = dict(attribution.claims_per_minute(session, lo=lo, hi=hi, since=first))
    return [counted.get(first + timedelta(minutes=number), 0) for number in range(MINUTES)]
