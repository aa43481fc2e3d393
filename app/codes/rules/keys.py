"""Slot keys and tags: what turns a code number into a body, and what proves that we minted it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hmac import compare_digest
from types import MappingProxyType
from typing import Protocol

import numpy as np

from app.codes.rules.blocks import BlockCipher, Numbers
from app.codes.rules.feistel import Feistel
from app.codes.rules.text import ALPHABET, body_to_number, number_to_body

CODE_NO_BITS = 40
TAG_BITS = 35
BODY_BITS = CODE_NO_BITS + TAG_BITS
TAG_MASK = (1 << TAG_BITS) - 1


class Face(StrEnum):
    OUTER = "outer"  # 明码: on the outside, for information and logistics
    INNER = "inner"  # 暗码: inside the cap or under film, for the reward


_FACE_BYTES = {Face.OUTER: b"O", Face.INNER: b"I"}
_TAG_PREFIXES = {face: int.from_bytes(b"malutag" + mark) << 64 for face, mark in _FACE_BYTES.items()}


class Permutation(Protocol):
    """A keyed bijection of the numbers below 2^75; the `_many` take and return halves of 37 and 38 bits."""

    right_bits: int

    def encrypt(self, number: int) -> int: ...

    def decrypt(self, number: int) -> int: ...

    def encrypt_many(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]: ...

    def decrypt_many(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]: ...


PermutationMaker = Callable[[bytes, bytes, int], Permutation]

# name in the slot's row -> constructor(key, tweak, bits); a name, once printed, never changes its meaning
PERMUTATIONS: Mapping[str, Callable[[bytes, bytes, int], Permutation]] = MappingProxyType(
    {"feistel10-aes": Feistel}
)


@dataclass(frozen=True, slots=True)
class SlotKey:
    """The key behind the first character of a code, for one face; threads may share it.

    Raises ValueError for a slot that is no character of the alphabet, an unknown algorithm or a bad key size.
    """

    slot: str
    face: Face
    algorithm: str
    key: bytes = field(repr=False)
    permutation: Permutation = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.slot) != 1 or self.slot not in ALPHABET:
            raise ValueError("a slot is one character of the code alphabet")
        if self.algorithm not in PERMUTATIONS:
            raise ValueError(f"no permutation is called {self.algorithm!r}")
        tweak = _FACE_BYTES[self.face] + self.slot.encode()
        object.__setattr__(self, "permutation", PERMUTATIONS[self.algorithm](self.key, tweak, BODY_BITS))


def encode(code_no: int, tag: int, slot_key: SlotKey) -> str:
    """Return the 16 characters of a code."""
    return slot_key.slot + number_to_body(slot_key.permutation.encrypt(code_no << TAG_BITS | tag))


def decode(body: str, slot_key: SlotKey) -> tuple[int, int]:
    """Return (code_no, tag) of 15 normalised characters; any body decodes, only the tag tells ours from noise."""
    number = slot_key.permutation.decrypt(body_to_number(body))
    return number >> TAG_BITS, number & TAG_MASK


def tag_of(batch_secret: bytes, face: Face, code_no: int) -> int:
    """Return the 35-bit tag that a code of this batch carries."""
    return tag_under(BlockCipher(batch_secret), face, code_no)


def tag_under(secret: BlockCipher, face: Face, code_no: int) -> int:
    """Like `tag_of`, with the batch's cipher already set up."""
    block = (_TAG_PREFIXES[face] | code_no).to_bytes(16)
    return int.from_bytes(secret.encrypt(block)) >> (128 - TAG_BITS)


def tags_under(secret: BlockCipher, face: Face, code_nos: Numbers) -> Numbers:
    """Like `tag_under`, for an array of code numbers."""
    return secret.words_of(_TAG_PREFIXES[face] >> 64, code_nos) >> np.uint64(64 - TAG_BITS)


def equal_tags(one: int, other: int) -> bool:
    """Compare in a time that does not tell how much of a guessed tag was right."""
    return compare_digest(one.to_bytes(5), other.to_bytes(5))
