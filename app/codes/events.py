"""What happened to codes."""

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


@dataclass(frozen=True, slots=True)
class ImportRequested:
    """An association file lies ready to be checked."""

    cause: str
    import_id: int


@dataclass(frozen=True, slots=True)
class FileArrived:
    """A file lies whole in the brand's inbox, under this name."""

    cause: str
    name: str


@dataclass(frozen=True, slots=True)
class PackApproved:
    """A second person has agreed to an order; its codes may be minted."""

    cause: str
    pack_id: int


@dataclass(frozen=True, slots=True)
class DeliveryOrdered:
    """A factory is to get a file; its link exists, the file does not yet."""

    cause: str
    delivery_id: int
