"""Short-lived secrets that all processes share: sealed in Redis, so that whoever reads Redis learns none."""

from typing import cast

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError

from app.kit import sealing


class SharedTokens:
    """Without Redis nothing is remembered: every caller fetches anew."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def get(self, name: str) -> str | None:
        try:
            sealed = self._redis.get(_key(name))
        except RedisError:
            return None
        if not isinstance(sealed, bytes):
            return None
        try:
            return sealing.open_sealed(sealed, context=_key(name)).decode()
        except sealing.CannotOpen:
            return None

    def put(self, name: str, value: str, seconds: int) -> None:
        try:
            self._redis.set(_key(name), sealing.seal(value.encode(), context=_key(name)), ex=seconds)
        except RedisError:
            return


def shared_tokens() -> SharedTokens:
    """Those of the current application."""
    return SharedTokens(cast("Redis", current_app.extensions["malu_redis"]))


def _key(name: str) -> str:
    return f"malu:token:{name}"
