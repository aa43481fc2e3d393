"""``./malu test``: every test, on real services and a real browser."""

import fcntl
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.dev.chromium import require_chromium
from config.dev.environment import ROOT, VAR
from config.dev.h5 import build_h5, find_node
from config.dev.processes import GRACE_SECONDS, say
from config.dev.services import erase_postgres, erase_valkey, start_postgres, start_valkey

CONNECTIONS = 300


def main(argv: list[str]) -> int:
    chromium = require_chromium()
    build_h5()
    with free_folder() as folder, services(folder) as urls:
        # Playwright's own Node needs libatomic, which a bare Debian lacks; ours does not.
        node = {"PLAYWRIGHT_NODEJS_PATH": str(find_node().path)}
        env = {**node, **os.environ, **urls, "CHROMIUM": chromium}
        return run_pytest(argv, env)


@contextmanager
def free_folder() -> Iterator[Path]:
    """A data folder that no other run of the tests is using; what a killed run left is cleared."""
    for number in itertools.count(1):
        folder = VAR / f"test-{number}"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            yield folder
            return


@contextmanager
def services(folder: Path) -> Iterator[dict[str, str]]:
    """The addresses of a fresh PostgreSQL and a fresh Valkey, or of those named in the environment."""
    given = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    erase_postgres(folder / "pg")
    erase_valkey(folder / "valkey")
    say("starting PostgreSQL and Valkey for the tests")
    database = given[0] or start_postgres(folder / "pg", durable=False, max_connections=CONNECTIONS).url
    redis = given[1] or start_valkey(folder / "valkey", durable=False).url
    try:
        yield {"MALU_TEST_DATABASE_URL": database, "MALU_TEST_REDIS_URL": redis}
    finally:
        erase_postgres(folder / "pg")
        erase_valkey(folder / "valkey")


def run_pytest(argv: list[str], env: dict[str, str]) -> int:
    """In the terminal's own process group: pytest itself answers Ctrl-C, and its report stays last."""
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    workers = [] if "-n" in argv or "--pdb" in argv else ["-n", str(max(2, cores()))]
    child = subprocess.Popen([sys.executable, "-m", "pytest", *workers, *argv], cwd=ROOT, env=env)
    try:
        return child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait(GRACE_SECONDS)


def cores() -> int:
    """How many this process may use: in a container fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
