"""Rate limits: shared through Redis where a person is slow, in the process where a request must stay cheap."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from app.kit.errors import TooManyRequests

MOST_KEYS = 100_000
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests per window under one name, for example ``Limit("sign_in", "10/minute")``."""

    name: str
    rate: str

    @property
    def item(self) -> RateLimitItem:
        return parse(self.rate)


@cache
def per_minute(name: str, amount: int) -> Limit:
    return Limit(name, f"{amount}/minute")


class LocalWindow:
    """Counts per key in windows of fixed length, forgotten whole: one dictionary look-up per request.

    A library's memory store starts a timer thread per window, which costs more than the request it guards.
    """

    def __init__(self, amount: int, seconds: int) -> None:
        self._amount = amount
        self._seconds = seconds
        self._number = 0
        self._counts: dict[str, int] = {}

    def hit(self, key: str, now: float) -> bool:
        """Count one request; False past the amount. Threads may lose a count, never a window."""
        number = int(now // self._seconds)
        if number != self._number or len(self._counts) > MOST_KEYS:
            self._number, self._counts = number, {}
        counts = self._counts
        counts[key] = count = counts.get(key, 0) + 1
        return count <= self._amount


class Limiter:
    """Counts in Redis; when Redis is gone, each process counts for itself. ``ticks`` are its own seconds."""

    def __init__(self, redis_url: str, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        address = redis_url.replace("unix://", "redis+unix://", 1)
        options = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}
        self._shared = FixedWindowRateLimiter(storage_from_string(address, wrap_exceptions=True, **options))
        self._local = FixedWindowRateLimiter(MemoryStorage())
        self._windows: dict[Limit, LocalWindow] = {}
        self._items: dict[Limit, RateLimitItem] = {}

    def require(self, limit: Limit, key: str) -> None:
        """Count one request of ``key``; raises `TooManyRequests` past the limit."""
        try:
            allowed = self._shared.hit(self._item(limit), limit.name, key)
        except StorageError:
            log.warning("Redis does not answer; limits are counted per process")
            allowed = self._local.hit(self._item(limit), limit.name, key)
        if not allowed:
            raise TooManyRequests

    def require_locally(self, limit: Limit, key: str) -> None:
        """As `require`, without leaving the process: for the paths that floods aim at."""
        window = self._windows.get(limit)
        if window is None:
            item = self._item(limit)
            window = self._windows.setdefault(limit, LocalWindow(item.amount, item.get_expiry()))
        if not window.hit(key, self._ticks()):
            raise TooManyRequests

    def _item(self, limit: Limit) -> RateLimitItem:
        if limit not in self._items:
            self._items[limit] = limit.item
        return self._items[limit]
