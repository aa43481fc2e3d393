"""The permutation `feistel10-aes`: a textbook Feistel of ten rounds; see the package's specification."""

import numpy as np

from app.codes.rules.blocks import BlockCipher, Numbers

ROUNDS = 10
TWEAK_SIZE = 6
NARROWEST, WIDEST = 2, 128  # both halves are at least 1 and at most 64 bits


class Feistel:
    """A keyed bijection of the numbers below 2^bits. Immutable; threads may share it."""

    __slots__ = ("_cipher", "_left_drop", "_prefixes", "_right_drop", "_right_mask", "right_bits")

    def __init__(self, key: bytes, tweak: bytes, bits: int) -> None:
        if not NARROWEST <= bits <= WIDEST or len(tweak) > TWEAK_SIZE:
            raise ValueError("a Feistel takes 2 to 128 bits and a tweak of up to 6 bytes")
        left_bits = bits // 2
        self.right_bits = bits - left_bits
        self._cipher = BlockCipher(key)
        self._left_drop = 128 - left_bits
        self._right_drop = 128 - self.right_bits
        self._right_mask = (1 << self.right_bits) - 1
        heads = [bytes([i, bits]) + tweak.ljust(TWEAK_SIZE, b"\0") for i in range(ROUNDS)]
        prefixes = [int.from_bytes(head) << 64 for head in heads]
        self._prefixes = tuple(zip(prefixes[::2], prefixes[1::2], strict=True))

    def encrypt(self, number: int) -> int:
        block, read = self._cipher.encrypt, int.from_bytes
        left_drop, right_drop = self._left_drop, self._right_drop
        left, right = number >> self.right_bits, number & self._right_mask
        for even, odd in self._prefixes:
            left ^= read(block((even | right).to_bytes(16))) >> left_drop
            right ^= read(block((odd | left).to_bytes(16))) >> right_drop
        return left << self.right_bits | right

    def decrypt(self, number: int) -> int:
        block, read = self._cipher.encrypt, int.from_bytes
        left_drop, right_drop = self._left_drop, self._right_drop
        left, right = number >> self.right_bits, number & self._right_mask
        for even, odd in reversed(self._prefixes):
            right ^= read(block((odd | left).to_bytes(16))) >> right_drop
            left ^= read(block((even | right).to_bytes(16))) >> left_drop
        return left << self.right_bits | right

    def encrypt_many(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
        """Encrypt numbers given as their left and right halves; returns the halves of the results."""
        for even, odd in self._prefixes:
            left = left ^ self._round(even, right, self._left_drop)
            right = right ^ self._round(odd, left, self._right_drop)
        return left, right

    def decrypt_many(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
        """Undo `encrypt_many`."""
        for even, odd in reversed(self._prefixes):
            right = right ^ self._round(odd, left, self._right_drop)
            left = left ^ self._round(even, right, self._left_drop)
        return left, right

    def _round(self, prefix: int, half: Numbers, drop: int) -> Numbers:
        return self._cipher.words_of(prefix >> 64, half) >> np.uint64(drop - 64)
