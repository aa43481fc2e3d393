"""Keys of other systems (ERP, factory, warehouse): what they look like and what they may open."""

import hashlib
import secrets
from dataclasses import dataclass
from hmac import compare_digest

PREFIX = "malu"
SECRET_BYTES = 32
LONGEST = 100
API_SCOPES = (
    "codes.read",
    "codes.write",
    "custody.read",
    "custody.write",
    "channel.read",
    "channel.write",
    "events.read",
)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its owner sends it: ``malu_<id>_<secret>``."""

    id: int
    secret: str

    @property
    def text(self) -> str:
        return f"{PREFIX}_{self.id}_{self.secret}"

    @property
    def hash(self) -> bytes:
        """What is kept of it: a random secret of 256 bits needs no slow hash."""
        return hashlib.sha256(self.secret.encode()).digest()

    def matches(self, kept: bytes) -> bool:
        return compare_digest(self.hash, kept)


def new_api_key(key_id: int) -> ApiKey:
    return ApiKey(key_id, secrets.token_urlsafe(SECRET_BYTES))


def read_api_key(text: str) -> ApiKey | None:
    """The key in a bearer token, or None for anything else."""
    prefix, _, rest = text.partition("_")
    number, mark, secret = rest.partition("_")
    if len(text) > LONGEST or prefix != PREFIX or not mark or not (number.isascii() and number.isdecimal()):
        return None
    return ApiKey(int(number), secret)
