"""The draw: a keyed permutation gives every code of a campaign its rank, and ranks are cut into tiers.

A bijection of [0, n) makes the counts exact without a counter: exactly `tier.count` indexes have a rank in the
tier's interval. Which ones is decided by the seed alone, before the first scan, and anyone can check it after
the seed is revealed.

The specification `swap-or-not-aes-1`, after Hoang, Morris and Rogaway, "An enciphering scheme based on a card
shuffle" (CRYPTO 2012), which takes any n as it is, without walking cycles:

- The seed has 32 bytes. `E(d, i, v) = AES-256_seed(d[4 bytes] ‖ i[4 bytes] ‖ v[8 bytes])`, all big-endian.
- Rounds r = 6 · max(20, ceil(log2 n)). `K_i = E(1, i, 0) mod n`, the block read as one big-endian number.
- For i = 0 … r-1: y = (K_i - x) mod n; if the first bit of E(2, i, max(x, y)) is 1, then x = y.
- The last x is the rank of the first x. Each round undoes itself, so the inverse runs them backwards.
- Tiers take consecutive intervals of ranks from 0, in their order; ranks beyond the last tier win nothing.

Why 6 · log2 n: the paper's Theorem 2 bounds the advantage of one who knows the ranks of q indexes of his choice
by 4·n^1.5/(r+2) · ((q+n)/2n)^(r/2+1). With n = 10^7 and r = 144 that is 2^-42 for one code in a hundred known,
and it stays below one up to half of all codes known. A scanner is weaker: he sees tiers, not ranks, and the
code's own permutation hides which index he holds. Small campaigns take the 120 rounds of a million.
"""

import json
import threading
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import accumulate
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

from app.campaigns.rules.prizes import AMOUNTS, CASH, Prize, random_fen

ALGORITHM = "swap-or-not-aes-1"
SEED_SIZE = 32
MOST_CODES = 1 << 40
STRIDE = 1 << 14  # indexes drawn at once by the vectorised form: what stays in a core's cache

_KEYS, _BITS, _AMOUNTS = 1 << 96, 2 << 96, 3 << 96  # d, at its place in the block


@dataclass(frozen=True, slots=True)
class Tier:
    """One kind of prize: exactly `count` codes of the campaign win `amount_fen`, or what `prize` says."""

    name: str
    amount_fen: int
    count: int
    prize: Prize = CASH


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a code wins: `tier` is None for nothing; `tier_no` counts from 0 in the order of the tiers."""

    rank: int
    tier_no: int | None
    tier: Tier | None


def canonical_text(*, campaign_id: int, seed: bytes, n: int, tiers: Sequence[Tier]) -> str:
    """Return the text that is committed to: JSON, keys sorted, no spaces, ASCII with escapes.

    Where every prize is fixed money the text is that of the first version, as ever; else it says version 2, how
    random amounts are made, and with each tier what it promises.
    """
    promise: dict[str, Any] = {
        "campaign": str(campaign_id),
        "codes": n,
        "draw": ALGORITHM,
        "seed": seed.hex(),
        "tiers": [[tier.name, tier.amount_fen, tier.count] for tier in tiers],
    }
    if any(tier.prize.kind != "cash" for tier in tiers):
        promise |= {"version": 2, "amounts": AMOUNTS}
        promise["tiers"] = [[tier.name, tier.amount_fen, tier.count, tier.prize.promised()] for tier in tiers]
    return json.dumps(promise, sort_keys=True, separators=(",", ":"))


def commitment(*, campaign_id: int, seed: bytes, n: int, tiers: Sequence[Tier]) -> str:
    """Return the SHA-256 of the canonical text, to be published before activation.

    It hides the draw, because the seed is 32 random bytes, and it fixes campaign, seed, size and every tier.
    """
    text = canonical_text(campaign_id=campaign_id, seed=seed, n=n, tiers=tiers)
    return sha256(text.encode()).hexdigest()


def tier_of(rank: int, tiers: Sequence[Tier]) -> Tier | None:
    """Return the tier whose interval of ranks holds `rank`."""
    place = bisect_right(list(accumulate(tier.count for tier in tiers)), rank)
    return tiers[place] if place < len(tiers) else None


class _SeedCipher(threading.local):
    """AES under the seed, one encryptor per thread: an encryptor must not be entered by two threads at once."""

    def __init__(self, seed: bytes) -> None:
        self.encrypt = Cipher(algorithms.AES256(seed), modes.ECB()).encryptor().update  # noqa: S305  # one block is a PRF here, not a mode for messages


@dataclass(frozen=True, slots=True)
class Draw:
    """The draw of one campaign over the indexes 0 … n-1; set up once per process, shared by threads.

    Raises ValueError for a seed that is not 32 bytes, an n outside 1 … 2^40, or tiers that promise more than n.
    """

    seed: bytes = field(repr=False)
    n: int
    tiers: tuple[Tier, ...]
    _cipher: _SeedCipher = field(init=False, repr=False, compare=False)
    _rounds: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)
    _ends: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check(self.seed, self.n, self.tiers)
        cipher = _SeedCipher(self.seed)
        object.__setattr__(self, "_cipher", cipher)
        object.__setattr__(self, "_rounds", _rounds_of(cipher, self.n))
        object.__setattr__(self, "_ends", tuple(accumulate(tier.count for tier in self.tiers)))

    def outcome(self, index: int) -> Outcome:
        """Return what the code with this index wins. Raises IndexError outside 0 … n-1."""
        rank = self.rank_of(index)
        place = bisect_right(self._ends, rank)
        if place == len(self.tiers):
            return Outcome(rank, None, None)
        return Outcome(rank, place, self.tiers[place])

    def amount_of(self, outcome: Outcome) -> int:
        """Return the money of an outcome in fen; 0 for nothing, and for what is not money."""
        tier, place = outcome.tier, outcome.tier_no
        if tier is None or place is None:
            return 0
        if tier.prize.kind != "random_cash":
            return tier.amount_fen
        first, encrypt = self._ends[place] - tier.count, self._cipher.encrypt

        def block(pair: int) -> bytes:
            return encrypt((_AMOUNTS | place << 64 | pair).to_bytes(16))

        return random_fen(tier.amount_fen, tier.prize.most_fen, tier.count, outcome.rank - first, block)

    def amounts(self, ranks: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Like `amount_of`, for what `outcomes` returned."""
        fen = np.array([*(tier.amount_fen for tier in self.tiers), 0], np.int64)[places]
        for place, tier in enumerate(self.tiers):
            if tier.prize.kind == "random_cash":
                won = np.flatnonzero(places == place)
                fen[won] = [self.amount_of(Outcome(rank, place, tier)) for rank in ranks[won].tolist()]
        return fen

    def rank_of(self, index: int) -> int:
        return self._walk(index, self._rounds)

    def index_of(self, rank: int) -> int:
        """Return the index that has this rank: the inverse of `rank_of`."""
        return self._walk(rank, self._rounds[::-1])

    def _walk(self, x: int, rounds: tuple[tuple[int, int], ...]) -> int:
        n, block = self.n, self._cipher.encrypt
        if not 0 <= x < n:
            raise IndexError(f"{x} is not one of {n}")
        for key, prefix in rounds:
            y = key - x
            if y < 0:
                y += n
            if block((prefix | x if x > y else prefix | y).to_bytes(16))[0] > 127:  # noqa: PLR2004  # the first bit
                x = y
        return x

    def ranks_of(self, indexes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Like `rank_of` for an array, about half a million a second; for simulation and audit."""
        return self._walk_many(indexes, self._rounds)

    def indexes_of(self, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
        return self._walk_many(ranks, self._rounds[::-1])

    def outcomes(self, indexes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (ranks, tier numbers) of an array of indexes; tier number -1 wins nothing."""
        ranks = self.ranks_of(indexes)
        places = np.searchsorted(np.array(self._ends, np.int64), ranks, side="right")
        return ranks, np.where(places == len(self.tiers), -1, places)

    def _walk_many(self, xs: NDArray[np.int64], rounds: tuple[tuple[int, int], ...]) -> NDArray[np.int64]:
        if len(xs) and (xs.min() < 0 or xs.max() >= self.n):
            raise IndexError(f"not all are among {self.n}")
        parts = [self._walk_stride(xs[at : at + STRIDE], rounds) for at in range(0, len(xs), STRIDE)]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def _walk_stride(self, xs: NDArray[np.int64], rounds: tuple[tuple[int, int], ...]) -> NDArray[np.int64]:
        blocks = np.empty((len(xs), 2), ">i8")
        for key, prefix in rounds:
            ys = key - xs
            ys += (ys < 0) * self.n
            blocks[:, 0] = prefix >> 64
            blocks[:, 1] = np.maximum(xs, ys)
            answers = np.frombuffer(self._cipher.encrypt(blocks.data.cast("B")), ">i8")[::2]
            xs = np.where(answers < 0, ys, xs)
        return xs


def _check(seed: bytes, n: int, tiers: tuple[Tier, ...]) -> None:
    if len(seed) != SEED_SIZE:
        raise ValueError("a seed has 32 bytes")
    if not 1 <= n <= MOST_CODES:
        raise ValueError("a draw is over 1 to 2^40 codes")
    if any(tier.count < 0 for tier in tiers) or sum(tier.count for tier in tiers) > n:
        raise ValueError("tiers promise at least nothing and at most every code")


def _rounds_of(cipher: _SeedCipher, n: int) -> tuple[tuple[int, int], ...]:
    """Return (K_i, first half of the block that decides round i) for every round."""
    count = 6 * max(20, (n - 1).bit_length())
    places = [i << 64 for i in range(count)]
    keys = [int.from_bytes(cipher.encrypt((_KEYS | place).to_bytes(16))) % n for place in places]
    return tuple((key, _BITS | place) for key, place in zip(keys, places, strict=True))
