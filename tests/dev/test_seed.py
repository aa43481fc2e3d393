"""The demo's seed, run as `./malu run` runs it: twice, on a database of its own and beside a real sandbox."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pyotp
import pytest
from psycopg import sql

from app.kit import schema
from config.dev.environment import ROOT, Ports, demo_environment
from config.dev.processes import CannotContinue
from config.dev.seed_people import Sandbox
from config.dev.seed_stories import STORIES, VISITS
from tests.conftest import Services
from tests.sandbox.process import start_sandbox

ASK_CODES = Path(__file__).with_name("ask_codes.py")
PORTS = Ports(8000, 8001, 0)
SECONDS = 120


@dataclass(frozen=True, slots=True)
class Seeded:
    """A database that was seeded twice, and what could be seen after each time."""

    env: dict[str, str]
    folder: Path
    rows: tuple[dict[str, int], dict[str, int]]
    demos: tuple[str, str]

    @property
    def demo(self) -> dict:
        return json.loads(self.demos[1])

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return run(self.env, *command)


def run(env: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=SECONDS
    )


@pytest.fixture(scope="module")
def empty_database(services: Services) -> Iterator[str]:
    """Migrated, without a brand; the other tests of this worker must not meet the demo's."""
    head, mark, options = services.database_url.partition("?")
    server, name = head.rsplit("/", 1)[0], f"malu_seed_{os.getpid()}"
    administrator = f"{server}/postgres{mark}{options}".replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        url = f"{server}/{name}{mark}{options}"
        schema.upgrade(url)
        yield url
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def seeded(empty_database: str, services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    folder = tmp_path_factory.mktemp("seed")
    sandbox = start_sandbox(folder / "sandbox")
    env = demo_environment(
        folder / "secrets", PORTS, database_url=empty_database, redis_url=services.redis_url
    ) | dict.fromkeys(("WECHAT_API_URL", "WECHAT_OPEN_URL", "WECHAT_PAY_URL"), sandbox.base_url)
    env |= {"MALU_VAR": str(folder), "PYTHONPATH": str(ROOT)}
    rows, demos = [], []
    for _ in range(2):
        done = run(env, "-m", "config.dev", "seed")
        assert done.returncode == 0, done.stdout + done.stderr
        assert (len(done.stdout.splitlines()), done.stderr) == (len(STORIES), "")
        rows.append(row_counts(empty_database))
        demos.append((folder / "demo.json").read_text(encoding="utf-8"))
    yield Seeded(env, folder, tuple(rows), tuple(demos))
    sandbox.stop()


def row_counts(url: str) -> dict[str, int]:
    """How many rows every table has, and how often each brand's configuration has changed."""
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        counts = {
            name: connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()[0]
            for (name,) in tables
        }
        versions = connection.execute("SELECT brand_id, version FROM kit_version").fetchall()
    return counts | {f"version of {brand_id}": version for brand_id, version in versions}


def test_the_second_run_changes_nothing(seeded: Seeded) -> None:
    assert seeded.rows[0] == seeded.rows[1]
    assert seeded.demos[0] == seeded.demos[1]
    assert seeded.rows[1]["rewards_claim"] == len(STORIES) * len(VISITS)


def test_some_goods_went_astray_and_have_a_case_file(seeded: Seeded) -> None:
    assert seeded.rows[0]["diversion_case"] > 0
    assert seeded.rows[0]["diversion_vote"] >= 100


def test_the_books_of_both_brands_hold(seeded: Seeded) -> None:
    proved = seeded.run("-m", "flask", "--app", "wsgi", "prove")
    assert proved.returncode == 0, proved.stdout + proved.stderr
    lines = proved.stdout.splitlines()
    assert lines
    assert all(line.endswith(": ok") for line in lines), lines


def test_ready_made_codes_can_be_used_and_are_unknown_to_the_other_brand(seeded: Seeded) -> None:
    first, second = seeded.demo["brands"]
    own = [code["url"] for brand in (first, second) for code in brand["codes"]]
    foreign = first["codes"][0]["url"].replace(first["url"], second["url"])
    asked = seeded.run(str(ASK_CODES), *own, foreign)
    assert asked.returncode == 0, asked.stderr
    *verdicts, stranger = json.loads(asked.stdout)
    found = [(verdict["status"], verdict["level"], verdict["claim"]) for verdict in verdicts]
    assert found == 2 * [(200, "unit", "open"), (200, "unit", "open"), (200, "case", "none")]
    assert stranger["state"] == "unknown"


def test_the_logins_are_for_their_owner_alone_and_complete(seeded: Seeded) -> None:
    mode = (seeded.folder / "demo.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    for brand in seeded.demo["brands"]:
        (login,) = brand["staff"]
        assert len(login["password"]) >= 20
        assert len(pyotp.TOTP(login["totp_secret"]).now()) == 6


def test_a_lost_list_of_logins_is_replaced_by_new_ones(seeded: Seeded) -> None:
    (seeded.folder / "demo.json").unlink()
    assert seeded.run("-m", "config.dev", "seed").returncode == 0
    renewed = json.loads((seeded.folder / "demo.json").read_text(encoding="utf-8"))
    before = {login["email"] for brand in seeded.demo["brands"] for login in brand["staff"]}
    after = {login["email"] for brand in renewed["brands"] for login in brand["staff"]}
    assert len(after) == 2
    assert before.isdisjoint(after)


def test_without_a_sandbox_the_seed_cannot_continue() -> None:
    with pytest.raises(CannotContinue, match="no WeChat sandbox answers at"):
        Sandbox("http://127.0.0.1:9").ask("GET", "users")
