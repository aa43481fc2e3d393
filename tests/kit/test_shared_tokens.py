"""Secrets that all processes share for a while."""

import pytest
from redis import Redis

from app.kit.shared_tokens import SharedTokens, shared_tokens


@pytest.fixture
def redis(app):
    return app.extensions["malu_redis"]


def test_what_one_process_keeps_another_finds(app, redis):
    shared_tokens().put("wechat:wx1:access_token", "T-1", 60)
    assert SharedTokens(redis).get("wechat:wx1:access_token") == "T-1"
    assert 0 < redis.ttl("malu:token:wechat:wx1:access_token") <= 60


def test_redis_holds_no_secret_in_clear_and_none_under_another_name(app, redis):
    tokens = shared_tokens()
    tokens.put("wechat:wx2:access_token", "open sesame", 60)
    kept = redis.get("malu:token:wechat:wx2:access_token")
    assert b"sesame" not in kept
    redis.set("malu:token:wechat:wx3:access_token", kept)
    redis.set("malu:token:wechat:wx4:access_token", b"noise")
    assert (tokens.get("wechat:wx3:access_token"), tokens.get("wechat:wx4:access_token")) == (None, None)


def test_without_redis_nothing_is_remembered_and_nothing_breaks(app):
    tokens = SharedTokens(Redis(port=1, socket_connect_timeout=0.1))
    tokens.put("x", "y", 60)
    assert tokens.get("x") is None
