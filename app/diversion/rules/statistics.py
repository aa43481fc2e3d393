"""How many consumers may be far away by chance, and when it is no longer chance.

Bought here and drunk there is ordinary: of every hundred consumers about eight scan outside of the area their
bottle was sold in (`NOISE`, a setting). If X of n distinct consumers of a lot are far away, the chance that an
honest lot shows as many or more is the upper tail of the binomial distribution.

A lot is looked at again and again while it sells, and each look is a chance to be wrong. Therefore the alarm
that the k-th distant consumer may raise has a share of its own of the level's error: ``(m - 1) / (k (k - 1))``
of it, for k = m, m + 1, …, which together are all of it. For each k the event "k distant ones among the first
n" grows with n, so only its largest n counts: over its whole life an honest lot raises a false alarm with at
most the error of its level, however often it is looked at.
"""

from math import exp, lgamma, log, log1p

NOISE = 0.08
FEWEST = 3  # distinct consumers far away: fewer are never a pattern
# Cases are judged on their own; only pallets and weeks of a dealer, or several cases, open a case file.
ERRORS = {"case": 1e-4, "pallet": 5e-5, "dealer_week": 5e-5}
NEGLIGIBLE = 1e-17


def tail(n: int, k: int, p: float) -> float:
    """P(X >= k) for X binomial of n and 0 < p < 1: summed term by term, to the accuracy of a float."""
    if k <= 0:
        return 1.0
    if k > n:
        return 0.0
    if k > n * p:
        return min(_sum_upwards(n, k, p), 1.0)
    return max(1.0 - _sum_upwards(n, n - k + 1, 1 - p), 0.0)


def _sum_upwards(n: int, k: int, p: float) -> float:
    """As `tail`, from beyond the mean: terms only shrink, and one that is too small for a float is nothing."""
    term = exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log1p(-p))
    total, odds = 0.0, p / (1 - p)
    for count in range(k, n + 1):
        total += term
        term *= (n - count) / (count + 1) * odds
        if term <= total * NEGLIGIBLE:
            break
    return total


def threshold(n: int, *, noise: float, error: float) -> int:
    """The smallest k with a tail below ``error``; n + 1 where no k is enough."""
    return next((k for k in range(n + 1) if tail(n, k, noise) < error), n + 1)


def error_of(level: str, far: int) -> float:
    """The share of a level's error that its alarm by exactly so many distant consumers may use."""
    return ERRORS[level] * (FEWEST - 1) / (far * (far - 1))


def is_flagged(level: str, *, seen: int, far: int, noise: float) -> bool:
    """Whether so many distant consumers among those seen are beyond chance, however often it is asked."""
    return far >= FEWEST and tail(seen, far, noise) < error_of(level, far)


def alarm_at(level: str, seen: int, *, noise: float) -> int:
    """The smallest number of distant consumers among ``seen`` that is flagged; ``seen + 1`` if none is."""
    counts = range(FEWEST, seen + 1)
    return next((far for far in counts if is_flagged(level, seen=seen, far=far, noise=noise)), seen + 1)
