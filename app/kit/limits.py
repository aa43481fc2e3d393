"""Rate limits: shared through Redis where a person is slow, in the process where a request must stay cheap."""

import logging
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from app.kit.errors import TooManyRequests

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests per window under one name, for example ``Limit("sign_in", "10/minute")``."""

    name: str
    rate: str

    @property
    def item(self) -> RateLimitItem:
        return parse(self.rate)


class Limiter:
    """Counts in Redis; when Redis is gone, each process counts for itself."""

    def __init__(self, redis_url: str) -> None:
        address = redis_url.replace("unix://", "redis+unix://", 1)
        options = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}
        self._shared = FixedWindowRateLimiter(storage_from_string(address, wrap_exceptions=True, **options))
        self._local = FixedWindowRateLimiter(MemoryStorage())
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
        if not self._local.hit(self._item(limit), limit.name, key):
            raise TooManyRequests

    def _item(self, limit: Limit) -> RateLimitItem:
        if limit not in self._items:
            self._items[limit] = limit.item
        return self._items[limit]
