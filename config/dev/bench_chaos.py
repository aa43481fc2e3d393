"""Claims while everything is killed in turn; afterwards the invariants must hold."""

import itertools
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial

from config.dev.bench_claims import Claimants, contest
from config.dev.bench_cpu import children_of
from config.dev.bench_load import Load
from config.dev.bench_report import Bar
from config.dev.bench_seed import Plan
from config.dev.bench_world import World
from config.dev.processes import CannotContinue, say, send, wait_until
from tests.load.checker import INVARIANTS, check

CLIENTS = 32
TRIES = 3
DRAIN_SECONDS = 300
RECOVERY_SECONDS = 30
SIGNS_OF_LIFE = 20  # claims answered since the last kill
VICTIMS = ("web worker", "valkey", "backend", "web worker", "postgres", "valkey", "backend", "web worker")
JOBS = "SELECT count(*) FROM kit_job WHERE stuck_at IS NULL"


@dataclass(frozen=True, slots=True)
class Storm:
    """At least so many claims, under at least so many kills, one every `interval` seconds."""

    claims: int
    kills: int
    interval: float = 1.5
    limit_seconds: float = 900.0


class Killer(threading.Thread):
    """Kills with SIGKILL, and brings back what nobody else would: gunicorn's master sees to its workers itself.

    The next one dies when the interval is over and claims are being answered again.
    """

    def __init__(self, world: World, claimants: Claimants, interval: float) -> None:
        super().__init__(name="killer", daemon=True)
        self.kills: Counter[str] = Counter()
        self.restarts: Counter[str] = Counter()
        self._world = world
        self._claimants = claimants
        self._interval = interval
        self._over = threading.Event()
        self._chance = random.Random(7)

    def run(self) -> None:
        for victim in itertools.cycle(VICTIMS):
            heard = len(self._claimants.heard)
            if self._over.wait(self._interval):
                return
            wait_until(partial(self._goes_on, heard), RECOVERY_SECONDS)
            self.kills[victim] += self._kill(victim)
            self.supervise()

    def _goes_on(self, before: int) -> bool:
        """A machine that is slow to start what was killed must not be kept from ever serving."""
        return self._over.is_set() or len(self._claimants.heard) >= before + SIGNS_OF_LIFE

    def end(self) -> None:
        self._over.set()
        self.join()
        self.supervise()

    def supervise(self) -> None:
        """What an init system does: whoever is gone comes back."""
        self._world.revive()
        for name, start in (("product", self._restart_web), ("worker", self._world.start_worker)):
            child = self._world.children.get(name)
            if child is None or child.poll() is not None:
                self.restarts[name] += child is not None
                start()

    def _restart_web(self) -> None:
        self._world.start_web("product", "wsgi:app", port=self._world.ports["product"])

    def _kill(self, victim: str) -> bool:
        """Whether there was somebody to kill."""
        if victim in {"postgres", "valkey"}:
            server = self._world.postgres if victim == "postgres" else self._world.valkey
            alive = bool(server.pid)
            server.kill()
            return alive
        web = self._world.children["product"].pid
        pids = children_of(web) if victim == "web worker" else self._world.postgres.backends()
        if not pids:
            return False
        send(self._chance.choice(pids), signal.SIGKILL)
        return True


def rage(world: World, plan: Plan, codes: list[tuple[int, str]], storm: Storm) -> list[Bar]:
    """Three claims of every code, the third by the first claimant again, until claims and kills are enough."""
    attempts = contest(plan, codes, tries=TRIES, returning=True)
    claimants = Claimants()
    killer = Killer(world, claimants, storm.interval)
    end = time.monotonic() + storm.limit_seconds

    def enough() -> bool:
        done = len(claimants.heard) >= storm.claims and killer.kills.total() >= storm.kills
        return done or time.monotonic() > end

    killer.supervise()
    killer.start()
    load = Load(world.ports["product"], clients=CLIENTS, judge=claimants.judge)
    try:
        sample = load.run(itertools.chain(attempts, itertools.cycle(attempts)), until=enough)
    finally:
        killer.end()
    say(
        f"chaos: {sample.count} claims in {sample.seconds:.0f} s, longest {max(sample.latencies):.1f} s; "
        f"{sample.resent} sent again, {claimants.repeats} answers replayed; answers {dict(sample.statuses)}; "
        f"killed {dict(killer.kills)}; restarted {dict(killer.restarts)}"
    )
    drain(world)
    return [
        Bar("chaos_claims", sample.count, ">=", storm.claims),
        Bar("chaos_kills", killer.kills.total(), ">=", storm.kills),
        Bar("chaos_broken_invariants", count_broken(world, plan, claimants), "==", 0),
    ]


def drain(world: World) -> None:
    """Let the outbox worker come to rest."""
    started = time.monotonic()
    with world.connect() as connection:

        def idle() -> bool:
            row = connection.execute(JOBS).fetchone()
            return row is not None and row[0] == 0

        row = connection.execute(JOBS).fetchone()
        if not wait_until(idle, DRAIN_SECONDS):
            raise CannotContinue(f"the outbox is not empty after {DRAIN_SECONDS} s")
    say(f"outbox: {row[0] if row else 0} jobs drained in {time.monotonic() - started:.0f} s")


def count_broken(world: World, plan: Plan, claimants: Claimants) -> int:
    with world.connect() as connection:
        found = check(connection, brand_id=plan.brand_id, heard=claimants.heard)
    for number, facts in found.items():
        say(f"invariant {number} {'broken' if facts else 'holds'}: {INVARIANTS[number]}")
        for fact in facts:
            say(f"  {fact}")
    return sum(bool(facts) for facts in found.values())
