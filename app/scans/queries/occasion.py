"""What the conditions of a campaign are judged by: where a code was sold, by whom it is claimed, and when."""

from datetime import datetime

from app import campaigns, custody
from app.scans.queries.known import Known

REFUSALS = {
    "not_here": campaigns.NotHere,
    "not_now": campaigns.NotNow,
    "not_for_you": campaigns.NotForYou,
}

BLOCKS = {
    "terminal": (
        "现在领不了: 活动不在售出它的门店",
        "Not claimable now: the campaign is not for its shop",
    ),
    "case_not_opened": ("现在领不了: 还没有门店扫码开箱", "Not claimable now: no shop has opened its case"),
    "dealer": ("现在领不了: 活动不在它的经销商", "Not claimable now: the campaign is not for its dealer"),
    "county": ("现在领不了: 活动不在售出它的地区", "Not claimable now: the campaign is not for where it was sold"),
    "weekday": ("现在领不了: 今天不是活动日", "Not claimable now: the campaign does not pay on this weekday"),
    "hour": ("现在领不了: 现在不是活动时段", "Not claimable now: the campaign does not pay at this hour"),
}
PERSONS = {
    "new": ("只有没中过奖的新用户能领", "Only people who have won nothing before can claim it"),
    "returning": ("只有中过奖的老用户能领", "Only people who have won before can claim it"),
}


def occasion(found: Known, path: custody.Lineage, *, has_won: bool, at: datetime) -> campaigns.Occasion:
    """The shop that opened the case says where; before that, the dealer who holds it, for all its counties."""
    dealer_id = path.dealer_id if path.terminal_id is None else path.terminal_dealer_id
    return campaigns.Occasion.of(
        terminal_id=path.terminal_id,
        dealer_id=dealer_id,
        counties=sold_in(found, path.terminal_id, dealer_id),
        has_won=has_won,
        at=at,
    )


def sold_in(found: Known, terminal_id: int | None, dealer_id: int | None) -> frozenset[str]:
    """Counties where a unit may have been sold; none when nobody knows."""
    if terminal_id is not None:
        county = found.directory.county_of_terminal(terminal_id)
        return frozenset((county,)) if county else frozenset()
    return frozenset(found.directory.counties_of_dealer(dealer_id)) if dealer_id is not None else frozenset()


def require_eligible(conditions: campaigns.Conditions, asked: campaigns.Occasion) -> None:
    """Raises `campaigns.NotHere`, `campaigns.NotNow` or `campaigns.NotForYou`."""
    found = campaigns.blocked(conditions, asked)
    if found is not None:
        raise REFUSALS[found.reason](cause=found.cause, **found.details)
