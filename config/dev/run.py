"""``./malu run``: the whole demo, from nothing to three codes to scan, until Ctrl-C."""

import fcntl
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from config.dev.environment import ROOT, VAR, Ports, chosen_ports, demo_environment
from config.dev.h5 import build_h5
from config.dev.processes import (
    CannotContinue,
    command_of,
    end_group,
    end_groups,
    finish,
    ignore_signals,
    say,
    spawn,
    tail,
    wait_until,
)
from config.dev.services import Postgres, Valkey, start_postgres, start_valkey
from config.dev.summary import show_summary

LOGS = VAR / "log"
READY_SECONDS = 60
LOOK_SECONDS = 0.5
_CHILDREN = VAR / "run.children"
_PYTHON = (sys.executable, "-m")
_FLASK = (*_PYTHON, "flask", "--app", "wsgi")


@dataclass(slots=True)
class Demo:
    """What runs: the two servers, unless the environment named others, and our own processes."""

    ports: Ports
    env: dict[str, str] = field(default_factory=dict)
    servers: list[Postgres | Valkey] = field(default_factory=list)
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def spawn(self, name: str, *command: str) -> None:
        self.children[name] = spawn(command, log=LOGS / f"{name}.log", env=self.env, cwd=ROOT)
        self.record()

    def record(self) -> None:
        """For the run after a kill -9."""
        _CHILDREN.write_text(json.dumps([child.pid for child in self.children.values()]), encoding="ascii")

    def require_alive(self) -> None:
        for name, child in self.children.items():
            if child.poll() is not None:
                raise CannotContinue(f"{name} has ended: {tail(LOGS / f'{name}.log')}")
        for server in self.servers:
            if not server.pid:
                log = server.data_dir / "server.log"
                raise CannotContinue(f"{type(server).__name__} has ended: {tail(log)}")


def main(argv: list[str]) -> int:
    if argv:
        raise CannotContinue("./malu run takes no arguments; ./malu help lists its settings")
    hold(Demo(chosen_ports()), start)
    return 0


def hold(demo: Demo, start: Callable[[Demo], None]) -> None:
    """Start, then watch until Ctrl-C or until something dies; either way nothing stays behind."""
    with only_one_run():
        end_leftovers(demo.ports)
        require_free(demo.ports)
        try:
            start(demo)
            while True:
                demo.require_alive()
                time.sleep(LOOK_SECONDS)
        finally:
            stop(demo)


def start(demo: Demo) -> None:
    started = time.monotonic()
    build_h5()
    start_servers(demo)
    sandbox = ("tests.sandbox", "--port", str(demo.ports.sandbox), "--state", str(VAR / "sandbox"))
    demo.spawn("sandbox", *_PYTHON, *sandbox)
    migrate(demo)
    say("starting the web server and the worker · 启动服务")
    binds = (part for port in (demo.ports.first, demo.ports.second) for part in ("-b", f"127.0.0.1:{port}"))
    demo.spawn("web", *_PYTHON, "gunicorn", "-c", "config/gunicorn.py", *binds, "wsgi:app")
    demo.spawn("worker", *_FLASK, "worker")
    _require_answer(demo, demo.ports.sandbox, "/healthz")
    say("seeding two brands · 准备演示数据")
    _seed(demo)
    _require_answer(demo, demo.ports.first, "/readyz")
    show_summary(VAR / "demo.json", demo.ports, seconds=time.monotonic() - started)


def migrate(demo: Demo) -> None:
    """Skipped when our own database has seen these very migrations: asking takes as long as a third of a start."""
    versions = sorted((ROOT / "migrations/versions").glob("*.py"))
    wanted = hashlib.sha256(b"".join(version.read_bytes() for version in versions)).hexdigest()
    own = [server.data_dir / "malu.schema" for server in demo.servers if isinstance(server, Postgres)]
    if any(stamp.exists() and stamp.read_text(encoding="ascii") == wanted for stamp in own):
        return
    say("migrating · 升级表结构")
    finish([*_FLASK, "migrate"], what="the migration", log=LOGS / "migrate.log", env=demo.env, cwd=ROOT)
    for stamp in own:
        stamp.write_text(wanted, encoding="ascii")


def start_servers(demo: Demo) -> None:
    say("starting PostgreSQL and Valkey · 启动数据库")
    demo.env = demo_environment(
        VAR / "secrets",
        demo.ports,
        database_url=os.environ.get("DATABASE_URL") or _own(demo, start_postgres(VAR / "pg", durable=True)),
        redis_url=os.environ.get("REDIS_URL") or _own(demo, start_valkey(VAR / "valkey", durable=True)),
    )


def stop(demo: Demo) -> None:
    ignore_signals()
    with suppress(OSError):  # the terminal may be the first thing that went
        say("\nstopping · 正在停止")
    end_groups(list(demo.children.values()))
    for server in reversed(demo.servers):
        server.stop()
    _CHILDREN.unlink(missing_ok=True)


def _own(demo: Demo, server: Postgres | Valkey) -> str:
    demo.servers.append(server)
    return server.url


def _seed(demo: Demo) -> None:
    """The seed shows its own progress, and says by itself what stops it."""
    command = [*_PYTHON, "config.dev", "seed"]
    child = subprocess.Popen(command, env=demo.env, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True)
    demo.children["seed"] = child
    demo.record()
    if child.wait():
        sys.exit(1)
    del demo.children["seed"]


def _require_answer(demo: Demo, port: int, path: str) -> None:
    def answers() -> bool:
        demo.require_alive()
        return status_of(port, path) == http.HTTPStatus.OK

    if not wait_until(answers, READY_SECONDS):
        raise CannotContinue(f"http://127.0.0.1:{port}{path} does not answer 200: see {LOGS}")


def status_of(port: int, path: str) -> int:
    """The HTTP status of a local address; 0 without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


@contextmanager
def only_one_run() -> Iterator[None]:
    """Two demos in one checkout would share their data; the lock dies with its process."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise CannotContinue(f"./malu run is already running here (process {lock.read()})") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def end_leftovers(ports: Ports) -> None:
    """End what a run that was killed with -9 left behind; its servers are found again by their folders."""
    leaders = json.loads(_CHILDREN.read_text(encoding="ascii")) if _CHILDREN.exists() else []
    ours = [leader for leader in leaders if sys.executable in command_of(leader)]
    for leader in ours:
        end_group(leader, signal.SIGKILL)
    if ours:
        wait_until(lambda: not any(map(obstacle, ports.all)), READY_SECONDS)
    _CHILDREN.unlink(missing_ok=True)


def require_free(ports: Ports) -> None:
    for port in ports.all:
        if found := obstacle(port):
            raise CannotContinue(f"port {port} cannot be used ({found}): choose another, as in MALU_PORT=9000")


def obstacle(port: int) -> str | None:
    """Why nobody can listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.strerror
    return None
