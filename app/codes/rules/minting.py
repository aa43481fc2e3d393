"""Codes by the million for the print file."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.codes.rules.blocks import BlockCipher, Numbers
from app.codes.rules.keys import SlotKey, tags_under
from app.codes.rules.text import ALPHABET, LENGTH

CHUNK = 1 << 18  # codes handed out at once: 4 MB of text
STRIDE = 1 << 14  # codes computed at once: what stays in a core's cache

_LETTERS = np.frombuffer(ALPHABET.encode(), np.uint8)
_LEFT_SHIFTS = range(32, 1, -5)  # characters 0-6 of the body lie in the left half of 37 bits
_RIGHT_SHIFTS = range(30, -1, -5)  # characters 8-14 in the right half of 38; character 7 takes from both


def mint(lo: int, hi: int, slot_key: SlotKey, batch_secret: bytes) -> Iterator[NDArray[np.bytes_]]:
    """Yield the codes of `lo <= code_no < hi` in order, as arrays (dtype S16) of at most 2^18 codes."""
    secret = BlockCipher(batch_secret)
    for start in range(lo, hi, CHUNK):
        numbers = np.arange(start, min(start + CHUNK, hi), dtype=np.uint64)
        yield mint_numbers(numbers, slot_key, secret).view(f"S{LENGTH}").reshape(-1)


def mint_numbers(code_nos: Numbers, slot_key: SlotKey, secret: BlockCipher) -> NDArray[np.uint8]:
    """The codes of any numbers, one row of 16 characters each."""
    text = np.empty((len(code_nos), LENGTH), np.uint8)
    text[:, 0] = ord(slot_key.slot)
    for start in range(0, len(code_nos), STRIDE):
        numbers = code_nos[start : start + STRIDE]
        tags = tags_under(secret, slot_key.face, numbers)
        left = numbers >> np.uint64(3)
        right = (numbers & np.uint64(7)) << np.uint64(35) | tags
        rows = text[start : start + STRIDE]
        _write_bodies(rows, *slot_key.permutation.encrypt_many(left, right))
    return text


def _write_bodies(rows: NDArray[np.uint8], left: Numbers, right: Numbers) -> None:
    for column, shift in enumerate(_LEFT_SHIFTS, start=1):
        rows[:, column] = _letters(left >> np.uint64(shift))
    rows[:, 8] = _letters((left & np.uint64(3)) << np.uint64(3) | right >> np.uint64(35))
    for column, shift in enumerate(_RIGHT_SHIFTS, start=9):
        rows[:, column] = _letters(right >> np.uint64(shift))


def _letters(numbers: Numbers) -> NDArray[np.uint8]:
    return _LETTERS[(numbers & np.uint64(31)).astype(np.intp)]
