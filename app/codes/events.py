from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarketCodesRequested:
    """WeChat shall make the codes of a batch."""

    cause: str
    market_id: int


@dataclass(frozen=True, slots=True)
class MarketCodesFinished:
    """WeChat has made them; their files wait to be fetched."""

    cause: str
    market_id: int


@dataclass(frozen=True, slots=True)
class MarketActivationRequested:
    """WeChat shall open a page for a range of them."""

    cause: str
    activation_id: int
