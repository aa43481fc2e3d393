"""The whole product, running: gunicorn, a worker, the sandbox, and a brand with goods on a shop's shelf."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from config.dev.processes import end_groups, tail
from tests.conftest import ROOT, TEST_KEY, Services
from tests.sandbox.process import SandboxProcess, start_sandbox

PATIENCE = 120
OWN_TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public'
AND tablename NOT LIKE 'kit\\_%' AND tablename <> 'attribution_day_total'"""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the product answers, and what is on the shelf; the shop has opened the first case."""

    url: str
    database_url: str
    sandbox: SandboxProcess
    goods: dict[str, Any]

    def new_unit(self, *, opened: bool = True) -> str:
        """The code under the cap of a bottle that nobody has scanned; of the opened case, or of the last one."""
        return self.goods["units"].pop(0 if opened else -1)

    def new_bottle(self) -> str:
        """The code under the cap of a bottle that wins another one."""
        return self.goods["bottles"].pop()

    def new_staff(self) -> dict[str, str]:
        """A login that nobody has used: a one-time password works once."""
        return self.goods["staff"].pop()

    def page(self, code: str) -> str:
        return f"{self.url}/s/{code}"

    def rows(self) -> dict[str, int]:
        """How many rows each table has that a request writes, and not the worker in its own time."""
        with psycopg.connect(self.database_url.replace("+psycopg", "")) as connection:
            names = [name for (name,) in connection.execute(OWN_TABLES).fetchall()]
            return {name: _count(connection, name) for name in names}


def _count(connection: psycopg.Connection, table: str) -> int:
    statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    return connection.execute(statement).fetchone()[0]


@contextmanager
def open_stage(services: Services, database_url: str, folder: Path) -> Iterator[Stage]:
    """Bind first, so that no other process can take the port between choosing it and listening."""
    sandbox = start_sandbox(folder / "sandbox")
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        env = environment(services, database_url, sandbox.base_url, folder)
        children = start_servers(env, listener, folder)
        try:
            yield Stage(f"http://{host}", database_url, sandbox, furnish(host, env, folder))
        finally:
            end_groups(children)
            sandbox.stop()


def environment(services: Services, database_url: str, sandbox: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "MALU_MODE": "development",
        "MALU_MASTER_KEY": TEST_KEY,
        "MALU_TOKEN_KEYS": f"test:{TEST_KEY}",
        "DATABASE_URL": database_url,
        "REDIS_URL": services.redis_url,
        "MALU_ANY_BROWSER": "1",
        "MALU_REGIONS": str(ROOT / "config" / "dev" / "regions.geojson"),
        "MALU_PUBLIC_SCHEME": "http",
        "MALU_WORKERS": "1",
        "MALU_FILES": str(folder / "files"),
        "WECHAT_API_URL": sandbox,
        "WECHAT_OPEN_URL": sandbox,
        "WECHAT_PAY_URL": sandbox,
        "WECHAT_JSSDK_URL": f"{sandbox}/_client/jssdk.js",
    }


def start_servers(env: Mapping[str, str], listener: socket.socket, folder: Path) -> list[subprocess.Popen]:
    """gunicorn inherits the listening socket: whoever asks early waits in its queue."""
    address = f"fd://{listener.fileno()}"
    web = ["-m", "gunicorn", "-c", "config/gunicorn.py", "-b", address, "wsgi:app"]
    worker = ["-m", "flask", "--app", "wsgi", "worker"]
    return [
        start(folder / "web.log", env, web, pass_fds=(listener.fileno(),)),
        start(folder / "worker.log", env, worker),
    ]


def start(log: Path, env: Mapping[str, str], arguments: list[str], **options: Any) -> subprocess.Popen:
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **options,
        )


def furnish(host: str, env: Mapping[str, str], folder: Path) -> dict[str, Any]:
    log = folder / "furnish.log"
    with log.open("wb") as errors:
        done = subprocess.run(
            [sys.executable, "-m", "tests.browser.furnish", host],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=errors,
            check=False,
            timeout=PATIENCE,
        )
    if done.returncode:
        raise RuntimeError(f"the brand of the browser tests could not be founded: {tail(log)}")
    return json.loads(done.stdout)
