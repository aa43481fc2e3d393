"""The servers of the bench: PostgreSQL with fsync, Valkey, gunicorn with the product, gunicorn with nothing."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psycopg

from config.dev.bench_bare import TABLES
from config.dev.bench_cpu import cpu_seconds
from config.dev.bench_seed import Plan
from config.dev.environment import ROOT, new_key
from config.dev.processes import CannotContinue, end_groups, finish, say, spawn, tail, wait_until
from config.dev.run import status_of
from config.dev.services import Postgres, Valkey, erase_postgres, erase_valkey, start_postgres, start_valkey

READY_SECONDS = 60
NO_LIMIT = "1000000000"
_PYTHON = (sys.executable, "-m")
_OWN_SETTINGS = ("MALU_", "WECHAT_", "DATABASE_URL", "REDIS_URL", "PROMETHEUS_")


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds of the three kinds of server."""

    web: float
    postgres: float
    valkey: float

    def __sub__(self, before: "Spent") -> "Spent":
        return Spent(self.web - before.web, self.postgres - before.postgres, self.valkey - before.valkey)

    @property
    def total(self) -> float:
        return self.web + self.postgres + self.valkey


@dataclass(slots=True)
class World:
    """One brand on its own servers; `plan` says who lives there."""

    folder: Path
    postgres: Postgres
    valkey: Valkey
    env: dict[str, str]
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    starts: Counter[str] = field(default_factory=Counter)
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def plan_file(self) -> Path:
        return self.folder / "plan.json"

    @property
    def plan(self) -> Plan:
        return Plan.read(self.plan_file)

    def start_web(self, name: str, app: str, *, port: int | None = None) -> None:
        self.ports[name] = port = port or _free_port()
        config = ("gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}", app)
        self.spawn(name, *_PYTHON, *config)

    def start_worker(self) -> None:
        self.spawn("worker", *_PYTHON, "flask", "--app", "wsgi", "worker")

    def spawn(self, name: str, *command: str) -> None:
        """A process that is started again gets a log of its own."""
        self.starts[name] += 1
        self.children[name] = spawn(command, log=self.log(name), env=self.env, cwd=ROOT)

    def log(self, name: str) -> Path:
        return self.folder / "log" / f"{name}-{self.starts[name]}.log"

    def require_web(self, name: str, path: str) -> None:
        def answers() -> bool:
            return status_of(self.ports[name], path) == HTTPStatus.OK

        if not wait_until(answers, READY_SECONDS):
            raise CannotContinue(f"{name} does not answer: {tail(self.log(name))}")

    def revive(self) -> None:
        """Start again whichever of the two servers was killed."""
        self.postgres = start_postgres(self.folder / "pg", durable=True)
        self.valkey = start_valkey(self.folder / "valkey", durable=True)

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.postgres.url.replace("+psycopg", "", 1), autocommit=True)

    def spent(self, name: str) -> Spent:
        web = cpu_seconds(self.children[name].pid)
        return Spent(web, cpu_seconds(self.postgres.pid), cpu_seconds(self.valkey.pid))

    def sign_in_again(self) -> None:
        self.seed("tokens", str(self.plan_file))

    def seed(self, *arguments: str) -> None:
        command = [*_PYTHON, "config.dev.bench_seed", *arguments]
        finish(command, what="the seed", log=self.log("seed"), env=self.env, cwd=ROOT)
        with self.connect() as connection:
            connection.execute("VACUUM ANALYZE")  # what autovacuum has done on a database a minute old


@contextmanager
def open_world(folder: Path, size: str) -> Iterator[World]:
    """A fresh world in this folder, without web servers; nothing of it runs afterwards."""
    if sys.platform != "linux":
        raise CannotContinue("./malu bench reads /proc, which only Linux has")
    with _alone(folder):
        erase_postgres(folder / "pg")
        erase_valkey(folder / "valkey")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with _running(folder, size) as world:
            yield world


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two benches in one folder would erase each other; the lock dies with its process."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotContinue(f"another bench runs in {folder}") from None
        yield


@contextmanager
def _running(folder: Path, size: str) -> Iterator[World]:
    postgres = start_postgres(folder / "pg", durable=True)
    valkey = start_valkey(folder / "valkey", durable=True)
    world = World(folder, postgres, valkey, _environment(folder, postgres, valkey))
    try:
        say(f"seeding {size} · 准备数据")
        migrate = [*_PYTHON, "flask", "--app", "wsgi", "migrate"]
        finish(migrate, what="the migration", log=world.log("migrate"), env=world.env, cwd=ROOT)
        world.seed("make", size, str(world.plan_file))
        with world.connect() as connection:
            connection.execute("VACUUM ANALYZE")  # as autovacuum would within a minute
        yield world
    finally:
        end_groups(list(world.children.values()))
        world.postgres.stop()
        world.valkey.stop()


def start_bare(world: World, *, rows: int) -> None:
    with world.connect() as connection:
        connection.execute(TABLES.format(rows=rows).encode())
    world.start_web("bare", "config.dev.bench_bare:app")
    world.require_web("bare", "/hello")


def start_product(world: World) -> None:
    world.start_web("product", "wsgi:app")
    world.require_web("product", "/readyz")


def _environment(folder: Path, postgres: Postgres, valkey: Valkey) -> dict[str, str]:
    """Production's settings, but for the limits: all the load comes from one address."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OWN_SETTINGS)}
    return kept | {
        "PYTHONUNBUFFERED": "1",
        "MALU_MODE": "production",
        "MALU_MASTER_KEY": new_key(),
        "MALU_TOKEN_KEYS": f"bench:{new_key()}",
        "MALU_FILES": str(folder / "files"),
        "MALU_GUESSES_PER_MINUTE": NO_LIMIT,
        "MALU_CLAIMS_PER_MINUTE": NO_LIMIT,
        "DATABASE_URL": postgres.url,
        "REDIS_URL": valkey.url,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
