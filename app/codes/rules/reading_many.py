"""Reading codes by the million, where files name them: the arrays say exactly what `read_code` says one by one."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.codes.rules.batches import BatchIndex
from app.codes.rules.blocks import Numbers
from app.codes.rules.keys import TAG_BITS, TAG_MASK, SlotKey, tags_under
from app.codes.rules.text import ALPHABET, LENGTH, normalise

NO_CODE = 0  # code numbers begin with 1
_BLANK = b"\0" * LENGTH
_DIGITS = np.zeros(256, np.uint64)
_DIGITS[np.frombuffer(ALPHABET.encode(), np.uint8)] = np.arange(len(ALPHABET), dtype=np.uint64)
_LEFT_SHIFTS = range(32, 1, -5)  # as in minting: 7 characters and 2 bits to the left, 3 bits and 7 to the right
_RIGHT_SHIFTS = range(30, -1, -5)


def code_in(text: str) -> str:
    """The part of a scanned or typed text that may be a code: of an address the segment that names it.

    Short addresses end with the code; a GS1 Digital Link has it after ``/21/``.
    """
    if "/" not in text:
        return text
    path = text.partition("?")[0].partition("#")[0].rstrip("/")
    serial = path.partition("/21/")[2]
    return serial.partition("/")[0] if serial else path.rpartition("/")[2]


def read_codes(texts: Sequence[str], slots: Mapping[str, SlotKey], batches: BatchIndex) -> NDArray[np.int64]:
    """The code number that each text means, `NO_CODE` for anything that this brand did not mint."""
    printed = [normalise(code_in(text)) for text in texts]
    joined = b"".join(code.encode() if code else _BLANK for code in printed)
    rows = np.frombuffer(joined, np.uint8).reshape(-1, LENGTH)
    result = np.full(len(texts), NO_CODE, np.int64)
    for slot, key in slots.items():
        chosen = np.flatnonzero(rows[:, 0] == ord(slot))
        if len(chosen):
            result[chosen] = _read_slot(rows[chosen], key, batches)
    return result


def _read_slot(rows: NDArray[np.uint8], key: SlotKey, batches: BatchIndex) -> NDArray[np.int64]:
    left, right = key.permutation.decrypt_many(*_halves(_DIGITS[rows]))
    code_nos = left << np.uint64(3) | right >> np.uint64(TAG_BITS)
    tags = right & np.uint64(TAG_MASK)
    result = np.full(len(rows), NO_CODE, np.int64)
    starts = np.array([batch.lo for batch in batches.batches], np.uint64)
    places = np.searchsorted(starts, code_nos, "right") - 1
    for place in np.unique(places[places >= 0]):
        batch = batches.batches[place]
        chosen = np.flatnonzero((places == place) & (code_nos < np.uint64(batch.hi)))
        if len(chosen) and key.slot in batch.slots:
            genuine = chosen[tags_under(batch.cipher, key.face, code_nos[chosen]) == tags[chosen]]
            result[genuine] = code_nos[genuine]
    return result


def _halves(digits: Numbers) -> tuple[Numbers, Numbers]:
    """The bodies of 15 characters as their left 37 and right 38 bits."""
    left, right = digits[:, 8] >> np.uint64(3), (digits[:, 8] & np.uint64(7)) << np.uint64(35)
    for column, shift in enumerate(_LEFT_SHIFTS, start=1):
        left |= digits[:, column] << np.uint64(shift)
    for column, shift in enumerate(_RIGHT_SHIFTS, start=9):
        right |= digits[:, column] << np.uint64(shift)
    return left, right
