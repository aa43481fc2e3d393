"""What the conditions of a campaign are judged by: where a code was sold, by whom it is claimed, and when."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from app import campaigns, custody
from app.kit.clock import business_day
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
    "budget": ("现在领不了: 活动的预算到今天已用完", "Not claimable now: the budget until today is used up"),
    "hour": ("现在领不了: 现在不是活动时段", "Not claimable now: the campaign does not pay at this hour"),
}
PERSONS = {
    "new": ("只有没中过奖的新用户能领", "Only people who have won nothing before can claim it"),
    "returning": ("只有中过奖的老用户能领", "Only people who have won before can claim it"),
}


def occasion(found: Known, path: custody.Lineage, *, has_won: bool, at: datetime) -> campaigns.Occasion:
    """The shop that opened the case says where; before that, the dealer who holds it, for all its counties."""
    terminal_id, dealer_id, counties = sale_place(found, path)
    return campaigns.Occasion.of(
        terminal_id=terminal_id, dealer_id=dealer_id, counties=counties, has_won=has_won, at=at
    )


def spends(
    found: Known, campaign: campaigns.Campaign, path: custody.Lineage, at: datetime
) -> tuple[campaigns.Spend, ...]:
    """The budgets that a claim of the code draws on."""
    _, dealer_id, counties = sale_place(found, path)
    code_no, day = found.read.code_no, business_day(at)
    return campaigns.spends(campaign.budgets, code_no=code_no, counties=counties, dealer_id=dealer_id, day=day)


def left_of(
    session: Session, found: Known, campaign: campaigns.Campaign, path: custody.Lineage, at: datetime
) -> Iterator[tuple[campaigns.Spend, int]]:
    """The budgets that a claim of the code draws on, and the fen that each may still spend today."""
    states = {state.budget.id: state for state in campaigns.budget_states(session, campaign.id)}
    for spend in spends(found, campaign, path, at):
        allowed = campaigns.allowance(spend.budget, business_day(at))
        yield spend, allowed - states[spend.budget.id].spent_fen


def sale_place(found: Known, path: custody.Lineage) -> tuple[int | None, int | None, frozenset[str]]:
    """The terminal, the dealer and the counties where a unit was sold, as far as anybody knows."""
    if path.terminal_id is not None:
        county = found.directory.county_of_terminal(path.terminal_id)
        return path.terminal_id, path.terminal_dealer_id, frozenset((county,) if county else ())
    if path.dealer_id is None:
        return None, None, frozenset()
    return None, path.dealer_id, frozenset(found.directory.counties_of_dealer(path.dealer_id))


def require_eligible(
    conditions: campaigns.Conditions | None, asked: campaigns.Occasion, *, anybody: bool = False
) -> None:
    """Raises `campaigns.NotHere`, `campaigns.NotNow` or `campaigns.NotForYou`; ``anybody``: whoever it is."""
    if conditions is None:
        return
    judge = campaigns.blocked_for_anybody if anybody else campaigns.blocked
    found = judge(conditions, asked)
    if found is not None:
        raise REFUSALS[found.reason](cause=found.cause, **found.details)
