"""What a brand is, as values."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

Face = Literal["outer", "inner"]
SlotState = Literal["minting", "reading", "closed"]
HOST_FILE_NAME = "[A-Za-z0-9_-]{1,64}[.]txt"
DEFAULT_ALGORITHM = "feistel10-aes"
SLOTS = "KSMTNVPWQXRYHJGZ0123456789ABCDEF"  # the alphabet of codes, pairs first that are told apart at a glance


@dataclass(frozen=True, slots=True)
class Brand:
    """``host`` is the first host of the brand: the one its codes are printed with."""

    id: int
    slug: str
    name: str
    name_en: str
    color: str
    host: str


@dataclass(frozen=True, slots=True)
class KeySlot:
    """One of 32 characters that name key, face and algorithm of a code; ``closed`` slots read nothing."""

    slot: str
    face: Face
    algorithm: str
    state: SlotState
    key_sealed: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PlatformApp:
    """An app of the brand on a platform; ``kind`` is mini, service or merchant."""

    platform: str
    app_id: str
    kind: str
    open_account: str | None


def next_pair(taken: Collection[str]) -> tuple[str, str] | None:
    """The next outer and inner slot of a brand that has used ``taken``; None when fewer than two are left."""
    free = [slot for slot in SLOTS if slot not in taken]
    return (free[0], free[1]) if len(free) > 1 else None
