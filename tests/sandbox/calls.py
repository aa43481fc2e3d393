"""A list of what the product asked, for tests that want to know."""

import threading
from collections import deque

KEPT = 2000


class Calls:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[dict] = deque(maxlen=KEPT)

    def note(self, call: dict) -> None:
        with self._lock:
            self._calls.append(call)

    def matching(self, text: str) -> list[dict]:
        """Oldest first; `text` is looked for in address and body."""
        with self._lock:
            calls = list(self._calls)
        return [call for call in calls if text in call["url"] or text in call["body"]]

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
