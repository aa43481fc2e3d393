"""How a one-time link stands."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class LinkState(StrEnum):
    """In this precedence."""

    REVOKED = "revoked"
    USED_UP = "used_up"
    EXPIRED = "expired"
    MAKING = "making"
    READY = "ready"


class Link(Protocol):
    """What decides about a link: the columns of a delivery."""

    revoked_at: datetime | None
    ready_at: datetime | None
    expires_at: datetime
    downloads: int
    most_downloads: int


def link_state(link: Link, at: datetime) -> LinkState:
    """Whether the file behind a link can be had at an instant, and if not, why."""
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if link.downloads >= link.most_downloads:
        return LinkState.USED_UP
    if link.expires_at <= at:
        return LinkState.EXPIRED
    return LinkState.READY if link.ready_at is not None else LinkState.MAKING
