"""Request ids, structured logs, metrics and the headers every answer carries."""

import json
import logging
import os
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.registry import REGISTRY
from typing_extensions import override

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

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
DEFAULTS = (("Content-Security-Policy", API_POLICY), ("Cache-Control", "no-store"))
STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")

requests_total = Counter("malu_requests", "Requests answered", ("endpoint", "status"))
request_seconds = Histogram("malu_request_seconds", "Time to answer", ("endpoint",), buckets=BUCKETS)
log = logging.getLogger("malu.request")


def observe(app: Flask, *, secure: bool) -> None:
    """Attach request ids, access log, metrics and security headers to an application."""
    app.wsgi_app = SafeHeaders(app.wsgi_app, secure=secure)  # type: ignore[method-assign]  # as Flask's manual says

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()
        given = request.environ.get("HTTP_X_REQUEST_ID", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)

    @app.after_request
    def _finish(response: Response) -> Response:
        response.headers.add("X-Request-ID", g.request_id)
        _note(response.status_code)
        return response


class SafeHeaders:
    """Adds the headers that every answer carries, and two more where the answer has none of its own."""

    def __init__(self, inner: "WSGIApplication", *, secure: bool) -> None:
        self._inner = inner
        self._always = (*HEADERS, STRICT_TRANSPORT) if secure else HEADERS

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            own = {name for name, _ in headers}
            headers.extend(self._always)
            headers.extend(default for default in DEFAULTS if default[0] not in own)
            return start_response(status, headers, *error)

        return self._inner(environ, start)


def _note(status: int) -> None:
    elapsed = time.perf_counter() - g.started
    endpoint = request.endpoint or "unknown"
    described = {
        "request_id": g.request_id,
        "endpoint": endpoint,
        "method": request.method,
        "status": status,
        "milliseconds": round(elapsed * 1000, 1),
        "brand_id": g.get("brand_id"),
    }
    requests, seconds = _meters(endpoint, status)
    requests.inc()
    seconds.observe(elapsed)
    if status >= SERVER_ERROR or elapsed >= SLOW_SECONDS:
        level = logging.ERROR if status >= SERVER_ERROR else logging.WARNING
        log.log(level, "slow or failed request", extra=described)
    else:
        log.info("request", extra=described)


@cache
def _meters(endpoint: str, status: int) -> tuple[Counter, Histogram]:
    return requests_total.labels(endpoint, str(status)), request_seconds.labels(endpoint)


def metrics() -> bytes:
    """The Prometheus exposition of all worker processes of this machine."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no hints here
    return generate_latest(registry)


def log_as_json(level: int = logging.INFO) -> None:
    """One JSON object a line on standard error, from everybody who logs."""
    # What no line shows need not be found out: https://docs.python.org/3/howto/logging.html#optimization
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001  idem
    root = logging.getLogger()
    root.handlers[:] = [JsonLines(sys.stderr.fileno())]
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(logging.WARNING)


class JsonLines(logging.Handler):
    """Writes a record as one line of JSON: the event, then whatever was given as ``extra``.

    A line is one call to the system, which needs neither a buffer nor a lock.
    """

    _own = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
    _formatter = logging.Formatter()

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    @override
    def createLock(self) -> None:
        self.lock = None

    @override
    def emit(self, record: logging.LogRecord) -> None:
        try:
            os.write(self._descriptor, _as_json(self._described(record)) + b"\n")
        except Exception:  # noqa: BLE001  # as logging.Handler asks for: a log that fails fails nothing else
            self.handleError(record)

    def _described(self, record: logging.LogRecord) -> dict[str, Any]:
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in self._own}
        if record.exc_info:
            line["exception"] = self._formatter.formatException(record.exc_info)
        return line


def _as_json(line: dict[str, Any]) -> bytes:
    """What is no text (a lone surrogate of a name that somebody made up) is logged in escapes."""
    try:
        return orjson.dumps(line, str)
    except TypeError:
        return json.dumps(line, default=str).encode()
