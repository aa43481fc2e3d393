"""Who served a sale: one deterministic precedence, never silently empty."""

from dataclasses import dataclass

RULE_VERSION = "serving-1"

REASONS: dict[str, tuple[str, str]] = {
    "opened_case": ("由扫码开箱的门店售出", "Served by the shop that opened the case"),
    "holding_dealer": (
        "箱子未开箱, 归属收货的经销商",
        "Nobody opened the case; it counts for the dealer holding it",
    ),
    "county_dealer": (
        "没有流向记录, 归属当地授权经销商",
        "No custody is known; it counts for the dealer of the county",
    ),
    "house_dealer": ("没有流向记录, 归属品牌直营", "No custody is known; it counts for the brand's own dealer"),
}


@dataclass(frozen=True, slots=True)
class SaleFacts:
    """What is known when a unit is claimed; None where nothing is."""

    terminal_id: int | None
    terminal_dealer_id: int | None
    holding_dealer_id: int | None
    county_dealer_id: int | None
    house_dealer_id: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """The serving terminal (None when no shop is known), the serving dealer, and why."""

    terminal_id: int | None
    dealer_id: int
    reason: str


def attribute(facts: SaleFacts) -> Attribution:
    """The opener; else the dealer who holds the case; else the county's dealer; else the house dealer."""
    if facts.terminal_id is not None and facts.terminal_dealer_id is not None:
        return Attribution(facts.terminal_id, facts.terminal_dealer_id, "opened_case")
    if facts.holding_dealer_id is not None:
        return Attribution(None, facts.holding_dealer_id, "holding_dealer")
    if facts.county_dealer_id is not None:
        return Attribution(None, facts.county_dealer_id, "county_dealer")
    return Attribution(None, facts.house_dealer_id, "house_dealer")


def reason_text(reason: str, language: str = "zh") -> str:
    chinese, english = REASONS[reason]
    return english if language == "en" else chinese
