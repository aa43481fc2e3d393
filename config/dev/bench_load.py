"""A load generator that costs little: one thread, raw sockets with keep-alive, requests made beforehand.

It shares the cores with the server it measures, so every microsecond of its own would be taken from the figure.
"""

import contextlib
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

WAIT_SECONDS = 0.02
REST_SECONDS = 0.05
PATIENCE_SECONDS = 20.0
REQUESTS_PER_CONNECTION = 50  # then a new one: else the worker that accepted most would serve most, for good
LOST = 0  # the status of a request that got no answer
SERVER_ERROR = 500
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"\ncontent-length:"


class Request(NamedTuple):
    """The bytes to send, and whatever the caller wants to find with the answer."""

    payload: bytes
    about: Any = None


Judge = Callable[[Request, int, bytes], bool]
"""Told of every answer; False asks to send the request again."""


@dataclass(slots=True)
class Sample:
    """What a run measured; latencies are in seconds, those of requests sent again from their first sending."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    resent: int = 0

    @property
    def count(self) -> int:
        return len(self.latencies)


def take_any(_request: Request, _status: int, _body: bytes) -> bool:
    return True


def insist(_request: Request, status: int, _body: bytes) -> bool:
    """A client that wants to know: no answer and "try again" are not definite."""
    return status != LOST and status < SERVER_ERROR


def get(path: str, *headers: str) -> bytes:
    return _message(f"GET {path} HTTP/1.1", headers, b"")


def post(path: str, body: bytes, *headers: str) -> bytes:
    kind = ("Content-Type: application/json", f"Content-Length: {len(body)}")
    return _message(f"POST {path} HTTP/1.1", (*kind, *headers), body)


def _message(first: str, headers: tuple[str, ...], body: bytes) -> bytes:
    return "\r\n".join((first, *headers, "", "")).encode("ascii") + body


class Line:
    """One keep-alive connection and the request it is busy with."""

    __slots__ = ("buffer", "connection", "request", "rests_until", "sent_at", "served", "started_at")

    def __init__(self) -> None:
        self.connection: socket.socket | None = None
        self.buffer = b""
        self.request: Request | None = None
        self.served = 0
        self.started_at = self.sent_at = self.rests_until = 0.0


class Load:
    """`clients` connections that each send the next request as soon as the last was answered."""

    def __init__(self, port: int, *, clients: int, judge: Judge = take_any) -> None:
        self._address = ("127.0.0.1", port)
        self._judge = judge
        self._lines = [Line() for _ in range(clients)]
        self._selector = selectors.DefaultSelector()
        self._requests: Iterator[Request] = iter(())
        self._sample = Sample()
        self._busy = 0

    def run(self, requests: Iterator[Request], *, until: Callable[[], bool] | None = None) -> Sample:
        """Send until the requests are exhausted or `until` holds, then wait for what is under way."""
        self._requests = requests if until is None else _stopping(requests, until)
        self._sample, self._busy = Sample(), len(self._lines)
        for line in self._lines:
            self._connect(line)
        start = time.perf_counter()
        for line in self._lines:
            self._send_next(line)
        while self._busy:
            self._turn()
        self._sample.seconds = time.perf_counter() - start
        for line in self._lines:
            self._disconnect(line)
        return self._sample

    def _turn(self) -> None:
        for key, _ in self._selector.select(WAIT_SECONDS):
            self._receive(key.data)
        now = time.perf_counter()
        for line in self._lines:
            if line.request is None:
                continue
            if line.rests_until and now >= line.rests_until:
                self._send(line)
            elif not line.rests_until and now - line.sent_at > PATIENCE_SECONDS:
                self._lose(line)

    def _send_next(self, line: Line) -> None:
        line.request = next(self._requests, None)
        if line.request is None:
            self._busy -= 1
            return
        line.started_at = time.perf_counter()
        if line.served >= REQUESTS_PER_CONNECTION:
            self._disconnect(line)
        self._send(line)

    def _send(self, line: Line) -> None:
        line.rests_until, line.buffer = 0.0, b""
        line.sent_at = time.perf_counter()
        if line.connection is None and not self._connect(line):
            self._lose(line)
            return
        try:
            line.connection.send(line.request.payload)  # type: ignore[union-attr]  # both are there while sending
        except OSError:
            self._lose(line)

    def _receive(self, line: Line) -> None:
        try:
            data = line.connection.recv(262_144) if line.connection else b""
        except OSError:
            data = b""
        if not data:
            self._lose(line)
            return
        line.buffer += data
        found = _complete(line.buffer)
        if found is not None:
            self._answer(line, *found)

    def _answer(self, line: Line, status: int, body: bytes) -> None:
        if line.request is None:
            return
        self._sample.statuses[status] += 1
        if not self._judge(line.request, status, body):
            self._rest(line)
            return
        self._sample.latencies.append(time.perf_counter() - line.started_at)
        line.served += 1
        self._send_next(line)

    def _lose(self, line: Line) -> None:
        """The connection is gone, perhaps only because it was idle."""
        self._disconnect(line)
        if line.request is not None:
            self._answer(line, LOST, b"")

    def _rest(self, line: Line) -> None:
        self._sample.resent += 1
        line.rests_until = time.perf_counter() + REST_SECONDS

    def _connect(self, line: Line) -> bool:
        try:
            line.connection = socket.create_connection(self._address, timeout=1)
        except OSError:
            return False
        line.served = 0
        line.connection.setblocking(False)
        line.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(line.connection, selectors.EVENT_READ, line)
        return True

    def _disconnect(self, line: Line) -> None:
        if line.connection is None:
            return
        with contextlib.suppress(KeyError):
            self._selector.unregister(line.connection)
        line.connection.close()
        line.connection = None


def _stopping(requests: Iterator[Request], until: Callable[[], bool]) -> Iterator[Request]:
    for request in requests:
        if until():
            return
        yield request


def _complete(buffer: bytes) -> tuple[int, bytes] | None:
    """Status and body of an answer that has arrived whole; every answer here says its length."""
    end = buffer.find(_HEAD_END)
    if end < 0:
        return None
    head = buffer[:end].lower()
    place = head.find(_LENGTH)
    size = int(head[place + len(_LENGTH) :].split(b"\r", 1)[0]) if place >= 0 else 0
    body = end + len(_HEAD_END)
    if len(buffer) < body + size:
        return None
    return int(buffer[9:12]), buffer[body : body + size]
