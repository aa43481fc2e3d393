"""The conditions of a campaign in words, one line each: for its rules page and for the API."""

from collections.abc import Iterator

from app import campaigns
from app.kit import regions

NAMED = 20
DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PERSONS = {
    "new": ("只限没有中过奖的新用户", "For people who have won nothing from the brand before"),
    "returning": ("只限中过奖的老用户", "For people who have won from the brand before"),
}


def condition_lines(campaign: campaigns.Campaign, language: str) -> list[str]:
    """Who, where and when, as the public reads it; dealers and shops are not named."""
    return [english if language == "en" else chinese for chinese, english in _lines(campaign)]


def _lines(campaign: campaigns.Campaign) -> Iterator[tuple[str, str]]:
    terms = campaign.conditions
    if terms is not None:
        yield from _places(terms)
        yield from _times(terms)
        yield from _people(terms)
    if campaign.budgets:
        yield (
            "奖金分阶段发放, 当下发完时奖留在码里, 之后再来领",
            "Money is paid in stretches: when one is used up the prize stays in the code for later",
        )


def _places(terms: campaigns.Conditions) -> Iterator[tuple[str, str]]:
    if terms.counties:
        named = [_county(code) for code in sorted(terms.counties)[:NAMED]]
        more = len(terms.counties) - len(named)
        yield (
            f"只限在这些地区售出的商品: {'、'.join(named)}{f' 等, 另有 {more} 个' if more else ''}",
            f"For goods sold in: {', '.join(named)}{f' and {more} more' if more else ''}",
        )
    if terms.terminals:
        yield "只限活动门店售出的商品", "For goods sold by the shops of the campaign"
    if terms.dealers:
        yield "只限活动经销商供货的商品", "For goods supplied by the dealers of the campaign"


def _county(code: str) -> str:
    region = regions.atlas().by_code.get(code)
    return f"{region.city}{region.name}" if region else code


def _times(terms: campaigns.Conditions) -> Iterator[tuple[str, str]]:
    if terms.weekdays:
        days = sorted(terms.weekdays)
        chinese, english = (("、", DAYS), (", ", DAYS_EN))
        yield (
            f"只在{chinese[0].join(chinese[1][day - 1] for day in days)}领取",
            f"Claims on {english[0].join(english[1][day - 1] for day in days)} only",
        )
    if terms.hours:
        first, end = terms.hours
        yield f"只在每天 {first}:00 至 {end}:00 领取", f"Claims from {first}:00 to {end}:00 only"


def _people(terms: campaigns.Conditions) -> Iterator[tuple[str, str]]:
    if terms.persons != "any":
        yield PERSONS[terms.persons]
    if terms.per_device_limit is not None:
        limit = terms.per_device_limit
        yield f"每部手机最多领 {limit} 次", f"At most {limit} claims per phone"
