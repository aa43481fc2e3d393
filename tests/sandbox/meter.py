"""How often somebody may ask."""

import threading
from collections import deque

from tests.sandbox.clock import Clock


class Meter:
    """A sliding window for each key, on the machine's clock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = {}

    def admits(self, key: str, limit: int, *, seconds: float = 1.0) -> bool:
        now = Clock.real()
        with self._lock:
            times = self._times.setdefault(key, deque())
            while times and times[0] <= now - seconds:
                times.popleft()
            if len(times) >= limit:
                return False
            times.append(now)
        return True

    def clear(self) -> None:
        with self._lock:
            self._times.clear()
