"""What happened to orders of codes."""

from dataclasses import dataclass


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
