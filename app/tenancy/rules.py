"""What a brand is, as values."""

from dataclasses import dataclass
from typing import Literal

Face = Literal["outer", "inner"]
SlotState = Literal["minting", "reading", "closed"]
HOST_FILE_NAME = "[A-Za-z0-9_-]{1,64}[.]txt"
DEFAULT_ALGORITHM = "feistel10-aes"


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


@dataclass(frozen=True, slots=True)
class PlatformApp:
    """An app of the brand on a platform; ``kind`` is mini, service or merchant."""

    platform: str
    app_id: str
    kind: str
    open_account: str | None
