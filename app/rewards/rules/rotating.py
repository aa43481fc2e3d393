"""What a phone shows to a shop: eight digits and a signed text that change every half minute, made from a key.

Nothing is stored when they change. The digits are a keyed permutation of all numbers of eight digits, another one
in each window, applied to the number that the phone was given when it began to show (its slot). Going backwards,
any digits lead to exactly one slot, so a guess is right as often as slots are shown at that moment in a hundred
million, which no shorter proof in so few digits can better. The permutation is a Feistel network over two halves
of four digits, added modulo 10,000, with HMAC-SHA256 as its round function (after NIST SP 800-38G, whose FF1 it is
not: ten rounds, and the window is the tweak).

The text in the QR code names the prize and the window and carries a MAC of 80 bits, so it can be checked later as
well, for a shop that was without a network when it saw it.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WINDOW_SECONDS = 30
SHOWN_FOR = timedelta(minutes=10)  # a phone that goes on showing asks again
CONFIRM_WITHIN = timedelta(minutes=5)  # between looking and handing over
HALF = 10_000
SLOTS = HALF * HALF
ROUNDS = 10
RADIX = 36
MARK = "."
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
MAC_BYTES = 10
LONGEST = 80
WINDOWS_ACCEPTED = 2  # this one, and the one before: 30 to 60 seconds


@dataclass(frozen=True, slots=True)
class Shown:
    """Which prize was shown, and in which window."""

    grant_id: int
    window: int


def key_of(brand_key: bytes) -> bytes:
    """The key of all that phones show, from the brand's key."""
    return hmac.new(brand_key, b"rewards.rotating", hashlib.sha256).digest()


def window_of(at: datetime) -> int:
    return int(at.timestamp()) // WINDOW_SECONDS


def shown_at(window: int) -> datetime:
    """The first instant of a window."""
    return datetime.fromtimestamp(window * WINDOW_SECONDS, UTC)


def seconds_left(at: datetime) -> int:
    """Until the next window begins."""
    return WINDOW_SECONDS - int(at.timestamp()) % WINDOW_SECONDS


def is_fresh(window: int, at: datetime) -> bool:
    return 0 <= window_of(at) - window < WINDOWS_ACCEPTED


def digits_of(key: bytes, window: int, slot: int) -> str:
    left, right = divmod(slot, HALF)
    for number in range(ROUNDS):
        left, right = right, (left + _round(key, window, number, right)) % HALF
    return f"{left * HALF + right:08}"


def slot_of(key: bytes, window: int, digits: str) -> int:
    left, right = divmod(int(digits), HALF)
    for number in reversed(range(ROUNDS)):
        left, right = (right - _round(key, window, number, left)) % HALF, left
    return left * HALF + right


def slots_of(key: bytes, digits: str, at: datetime) -> Iterator[tuple[int, int]]:
    """(window, slot) of every reading of the digits that counts now."""
    for window in range(window_of(at), window_of(at) - WINDOWS_ACCEPTED, -1):
        yield window, slot_of(key, window, digits)


def _round(key: bytes, window: int, number: int, half: int) -> int:
    block = b"digits" + window.to_bytes(8) + bytes([number]) + half.to_bytes(2)
    return int.from_bytes(hmac.new(key, block, hashlib.sha256).digest()[:8]) % HALF


def sign(key: bytes, purpose: str, shown: Shown) -> str:
    """``grant.window.mac`` in the digits and small letters that every scanner reads alike."""
    return MARK.join((_short(shown.grant_id), _short(shown.window), _mac(key, purpose, shown)))


def read_signed(key: bytes, purpose: str, text: str) -> Shown | None:
    """What a text of `sign` says; None for a text that was not signed for this purpose."""
    parts = text.split(MARK)
    if len(text) > LONGEST or len(parts) != 3 or not all(part.isascii() and part.isalnum() for part in parts):  # noqa: PLR2004  # grant, window, MAC
        return None
    shown = Shown(int(parts[0], RADIX), int(parts[1], RADIX))
    return shown if hmac.compare_digest(parts[2], _mac(key, purpose, shown)) else None


def _mac(key: bytes, purpose: str, shown: Shown) -> str:
    block = f"{purpose}:{shown.grant_id}:{shown.window}".encode()
    return base64.b32encode(hmac.new(key, block, hashlib.sha256).digest()[:MAC_BYTES]).decode().lower()


def _short(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, RADIX)
        text = LETTERS[digit] + text
    return text or "0"
