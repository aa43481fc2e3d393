"""What happened to shops, and what is due to happen to them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TerminalRegistered:
    """A shop came in by registration and has its owner."""

    cause: str
    terminal_id: int
    dealer_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class TerminalChangeDue:
    """The time of an accepted transfer, closing or reopening has come."""

    cause: str
    change_id: int
