"""WeChat's time: the machine's clock plus an offset that tests move, and what is due when."""

import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

from tests.sandbox.store import Store

CHINA = timezone(timedelta(hours=8))
LONGEST_NAP = 0.5


def rfc3339(moment: float) -> str:
    """Epoch seconds as WeChat Pay prints them, in Chinese time."""
    return datetime.fromtimestamp(int(moment), CHINA).isoformat()


def china_day_start(moment: float) -> float:
    return datetime.fromtimestamp(moment, CHINA).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def utc_text(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


class Clock:
    """Virtual epoch seconds. Signatures keep to the machine's time (`real`), everything else to `now`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.offset = float(store.setting("clock.offset", "0"))

    @staticmethod
    def real() -> float:
        return time.time()

    def now(self) -> float:
        return time.time() + self.offset

    def move_to(self, moment: float) -> None:
        """Forward only; time that has already passed stays passed."""
        self.offset += max(0.0, moment - self.now())
        self._store.keep_setting("clock.offset", str(self.offset))

    def reset(self) -> None:
        self.offset = 0.0


class Scheduler:
    """Runs what is due, one at a time and in order, by itself and whenever the clock is moved."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._running = threading.RLock()
        self._changed = threading.Event()
        self.handlers: dict[str, Callable[[str], None]] = {}

    def still(self) -> threading.RLock:
        """Entered with `with`: nothing falls due inside."""
        return self._running

    def start(self) -> None:
        threading.Thread(target=self._watch, name="scheduler", daemon=True).start()

    def plan(self, kind: str, subject: str, *, after: float = 0.0) -> None:
        """`subject` is handled `after` virtual seconds from now, also when the process dies in between."""
        self._store.insert("timer", due_at=self._clock.now() + after, kind=kind, subject=subject)
        self._changed.set()

    def advance(self, seconds: float) -> None:
        """Live through `seconds`, stopping at each timer, so that what follows from it gets its true time."""
        with self._running:
            target = self._clock.now() + seconds
            while timer := self._next(target):
                self._clock.move_to(timer["due_at"])
                self._run(timer)
            self._clock.move_to(target)

    def run_due(self) -> None:
        with self._running:
            while timer := self._next(self._clock.now()):
                self._run(timer)

    def _next(self, until: float) -> dict | None:
        statement = "select * from timer where due_at <= ? order by due_at, id limit 1"
        return self._store.one(statement, until)

    def _run(self, timer: dict) -> None:
        try:
            self.handlers[timer["kind"]](timer["subject"])
        except Exception:  # noqa: BLE001 - one broken timer must not stop WeChat's clock
            traceback.print_exc()
        self._store.run("delete from timer where id = ?", timer["id"])

    def _nap(self) -> float:
        row = self._store.one("select min(due_at) as due_at from timer")
        if not row or row["due_at"] is None:
            return LONGEST_NAP
        return min(LONGEST_NAP, max(0.0, row["due_at"] - self._clock.now()))

    def _watch(self) -> None:
        while True:
            self._changed.wait(self._nap())
            self._changed.clear()
            self.run_due()
