"""Request ids, structured logs, metrics and the headers every answer carries."""

import logging
import os
import re
import secrets
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.registry import REGISTRY

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
SLOW_SECONDS = 0.5
SERVER_ERROR = 500
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")

requests_total = Counter("malu_requests", "Requests answered", ("endpoint", "status"))
request_seconds = Histogram("malu_request_seconds", "Time to answer", ("endpoint",), buckets=BUCKETS)
log = logging.getLogger("malu.request")


def observe(app: Flask, *, secure: bool) -> None:
    """Attach request ids, access log, metrics and security headers to an application."""
    headers = (*HEADERS, STRICT_TRANSPORT) if secure else HEADERS

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)

    @app.after_request
    def _finish(response: Response) -> Response:
        own = response.headers
        if "Content-Security-Policy" not in own:
            own.add("Content-Security-Policy", API_POLICY)
        if "Cache-Control" not in own:
            own.add("Cache-Control", "no-store")
        own.extend((*headers, ("X-Request-ID", g.request_id)))
        _note(response.status_code)
        return response


def _note(status: int) -> None:
    elapsed = time.perf_counter() - g.started
    endpoint = request.endpoint or "unknown"
    requests_total.labels(endpoint, str(status)).inc()
    request_seconds.labels(endpoint).observe(elapsed)
    if status >= SERVER_ERROR or elapsed >= SLOW_SECONDS:
        level = logging.ERROR if status >= SERVER_ERROR else logging.WARNING
        log.log(level, "slow or failed request", extra=_described(endpoint, status, elapsed))
    else:
        log.info("request", extra=_described(endpoint, status, elapsed))


def _described(endpoint: str, status: int, elapsed: float) -> dict[str, Any]:
    return {
        "request_id": g.request_id,
        "endpoint": endpoint,
        "method": request.method,
        "status": status,
        "milliseconds": round(elapsed * 1000, 1),
        "brand_id": g.get("brand_id"),
    }


def metrics() -> bytes:
    """The Prometheus exposition of all worker processes of this machine."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no hints here
    return generate_latest(registry)


def log_as_json(level: int = logging.INFO) -> None:
    """One JSON object a line on standard error, from structlog and the standard library alike."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(logging.WARNING)
