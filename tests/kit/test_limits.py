"""Limits: shared in Redis, alone without it."""

import logging

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from app.kit.errors import TooManyRequests
from app.kit.limits import MOST_KEYS, Limit, Limiter, LocalWindow
from tests.builders.ledger import a_cause
from tests.conftest import Services, TestBrand

THREE = Limit("test", "3/hour")


@pytest.fixture
def key(brand: TestBrand) -> str:
    """A key of this test alone: the server is shared."""
    return f"{brand.id}:{a_cause()}"


def allowed(limiter: Limiter, key: str, times: int, limit: Limit = THREE) -> int:
    count = 0
    for _ in range(times):
        try:
            limiter.require(limit, key)
        except TooManyRequests:
            continue
        count += 1
    return count


def test_processes_share_a_limit_through_redis(services: Services, key: str) -> None:
    one, other = Limiter(services.redis_url), Limiter(services.redis_url)
    assert allowed(one, key, 2) == 2
    assert allowed(other, key, 5) == 1
    assert allowed(one, key, 5) == 0


def test_each_key_and_each_name_has_its_own_count(services: Services, key: str) -> None:
    limiter = Limiter(services.redis_url)
    assert allowed(limiter, key, 4) == 3
    assert allowed(limiter, f"{key}:other", 4) == 3
    assert allowed(limiter, key, 4, Limit("other", "3/hour")) == 3


@pytest.mark.parametrize("address", ["unix:///nonexistent/redis.sock", "redis://127.0.0.1:1/0"])
def test_without_redis_each_process_counts_for_itself(address: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="app.kit.limits")
    one, other = Limiter(address), Limiter(address)
    assert allowed(one, "k", 5) == 3
    assert allowed(other, "k", 5) == 3


def test_a_local_limit_asks_nobody() -> None:
    limiter = Limiter("unix:///nonexistent/redis.sock")
    for _ in range(3):
        limiter.require_locally(Limit("local", "3/hour"), "k")
    with pytest.raises(TooManyRequests):
        limiter.require_locally(Limit("local", "3/hour"), "k")
    limiter.require_locally(Limit("local", "3/hour"), "another")


def test_a_local_limit_starts_afresh_when_its_own_minute_turns() -> None:
    seconds = [59.0, 59.9, 60.0]
    limiter = Limiter("unix:///nonexistent/redis.sock", ticks=lambda: seconds[0])
    once = Limit("local", "1/minute")
    limiter.require_locally(once, "k")
    seconds.pop(0)
    with pytest.raises(TooManyRequests):
        limiter.require_locally(once, "k")
    seconds.pop(0)
    limiter.require_locally(once, "k")


@given(st.integers(1, 20), st.integers(1, 60))
@examples(max_examples=30)
def test_a_window_allows_exactly_its_amount_and_starts_afresh(amount: int, seconds: int) -> None:
    window = LocalWindow(amount, seconds)
    assert [window.hit("k", 0.0) for _ in range(amount + 2)] == [True] * amount + [False] * 2
    assert not window.hit("k", seconds - 0.001)
    assert window.hit("k", float(seconds))


def test_a_flood_of_keys_does_not_fill_the_memory() -> None:
    window = LocalWindow(1, 3600)
    for number in range(MOST_KEYS + 10):
        window.hit(str(number), 0.0)
    assert len(window._counts) < 100
