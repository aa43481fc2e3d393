"""One way to the outside: bounded time, no redirects, no cookies, no proxies or `.netrc` from the environment.

A `requests.Session` is not promised to be thread-safe, so every thread has its own; a forked child forgets
the sessions it inherited, because two processes must not talk over one connection.
"""

import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol

import requests

CONNECT_SECONDS = 1.0
READ_SECONDS = 5.0
FIRST_SERVER_ERROR = 500

_thread = threading.local()


class NoAnswer(Exception):
    """The platform stayed silent; the request may or may not have reached it. `reason` is a word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnreadableAnswer(Exception):
    """The answer is not a JSON object."""


class Headers(Protocol):
    """Case-insensitive headers, as requests and werkzeug give them."""

    def get(self, key: str, /) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `auth` sees the prepared request, so it signs the very bytes that are sent."""

    method: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    auth: Callable[[requests.PreparedRequest], requests.PreparedRequest] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Headers
    body: bytes


def send(call: Call) -> Answer:
    """Send once. Raises `NoAnswer`, which never carries the address: it may contain a secret."""
    try:
        response = _session().request(
            call.method,
            call.url,
            params=dict(call.query),
            data=call.body,
            headers=dict(call.headers),
            auth=call.auth,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
        )
    except requests.RequestException as failure:
        raise NoAnswer(_word(failure)) from None
    return Answer(response.status_code, response.headers, response.content)


def read(call: Call) -> Answer:
    """Send something that changes nothing: a lost connection or a server error is tried once more."""
    try:
        answer = send(call)
    except NoAnswer as silence:
        if silence.reason == "timeout":
            raise
        return send(call)
    return send(call) if answer.status >= FIRST_SERVER_ERROR else answer


def parse_object(body: bytes) -> dict[str, Any]:
    """Parse by content, whatever the content type says; nicknames may hold raw control characters."""
    try:
        value = json.loads(body.decode("utf-8", "replace"), strict=False)
    except ValueError:
        raise UnreadableAnswer from None
    if not isinstance(value, dict):
        raise UnreadableAnswer
    return value


def dump_object(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _word(failure: requests.RequestException) -> str:
    if isinstance(failure, requests.ConnectTimeout):
        return "not_connected"
    if isinstance(failure, requests.Timeout):
        return "timeout"
    return "connection_lost"


def _session() -> requests.Session:
    if not hasattr(_thread, "session"):
        _thread.session = _make_session()
    session: requests.Session = _thread.session
    return session


def _forget_session() -> None:
    """Of the calling thread: a fork leaves no other thread alive in the child."""
    _thread.__dict__.clear()


os.register_at_fork(after_in_child=_forget_session)


def _make_session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.headers.update({"Accept": "application/json", "User-Agent": "Malu"})
    return session
