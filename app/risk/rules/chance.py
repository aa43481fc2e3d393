"""How likely an honest subject shows as much: the upper tail of the binomial distribution."""

from functools import lru_cache
from math import comb


@lru_cache(65_536)
def tail(n: int, k: int, per_mille: int) -> float:
    """P(X >= k) for X binomial of ``n`` and ``per_mille``/1000: exact enough for the few hundred of a history."""
    p = per_mille / 1000
    if k <= 0:
        return 1.0
    return min(1.0, sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1)))


def is_beyond(n: int, k: int, per_mille: int, *, chance: float) -> bool:
    return k >= 3 and k * 1000 > n * per_mille and tail(n, k, per_mille) < chance  # noqa: PLR2004  # two are none
