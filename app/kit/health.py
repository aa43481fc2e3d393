"""Whether the process lives, whether it can serve, and its metrics."""

import ipaddress

from flask import Blueprint, Flask, Response, current_app
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text

from app.kit import observe
from app.kit.errors import NotFound, Unavailable
from app.kit.http import client_address
from app.kit.schema import is_at_head
from app.kit.transaction import global_transaction

blueprint = Blueprint("health", __name__)
blueprint.audience = "operations"  # type: ignore[attr-defined]  # read by the factory's guards


@blueprint.get("/healthz")
def healthz() -> Response:
    """进程存活"""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """可以服务: 数据库可用且结构为最新。Redis 不可用时只是降级。"""
    with global_transaction() as session:
        session.execute(text("SELECT 1"))
        ready = is_at_head(session)
    if not ready:
        raise Unavailable(reason="the schema is not at head")
    return Response(f"ready, redis {_redis_state()}\n", mimetype="text/plain")


def _redis_state() -> str:
    redis: Redis = current_app.extensions["malu_redis"]
    try:
        redis.ping()
    except RedisError:
        return "absent"
    return "present"


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus 指标, 只对本机和内网开放"""
    if not _is_at_home(client_address()):
        raise NotFound
    return Response(observe.metrics(), mimetype="text/plain; version=0.0.4")


def _is_at_home(text: str) -> bool:
    """A caller through a local socket has no address: it may be a proxy that speaks for anybody."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address.is_loopback or address.is_private


def serve(app: Flask) -> None:
    app.register_blueprint(blueprint)
