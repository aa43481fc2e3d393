"""`./malu run` in small: however it ends, nothing stays behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.dev.environment import ROOT
from config.dev.processes import command_of, wait_until
from config.dev.services import start_postgres, start_valkey

SMALL_RUN = Path(__file__).with_name("small_run.py")
SECONDS = 20


class SmallRun:
    """One run over a folder, and the numbers of everything it started."""

    def __init__(self, folder: Path) -> None:
        env = {**os.environ, "MALU_VAR": str(folder), "PYTHONPATH": str(ROOT)}
        for name in ("DATABASE_URL", "REDIS_URL"):
            env.pop(name, None)
        command = [sys.executable, SMALL_RUN]
        with (folder / "errors").open("w") as errors:
            self.process = subprocess.Popen(
                command, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        line = next(line for line in self.process.stdout if line.startswith("up"))
        self.started = [int(number) for number in line.split()[1:]]

    @property
    def living(self) -> list[int]:
        return [number for number in self.started if command_of(number)]

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        self.process.stdout.close()
        return self.process.wait(SECONDS)


@pytest.fixture
def folder(tmp_path):
    yield tmp_path
    start_postgres(tmp_path / "pg", durable=True).stop()
    start_valkey(tmp_path / "valkey", durable=True).stop()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_running(folder, number):
    run = SmallRun(folder)
    assert wait_until(lambda: len(run.living) == 4, SECONDS)  # a process shows its name a moment after it started
    assert run.end(number) != 0
    assert run.living == []


def test_a_run_that_was_killed_is_cleared_by_the_next_one(folder):
    killed = SmallRun(folder)
    killed.end(signal.SIGKILL)
    servers, children = killed.started[:2], killed.started[2:]
    assert wait_until(lambda: killed.living == killed.started, SECONDS)
    following = SmallRun(folder)
    assert following.started[:2] == servers
    assert not set(children) & set(killed.living)
    following.end(signal.SIGTERM)
    assert killed.living == following.living == []


def test_when_one_part_dies_it_is_named_and_the_rest_ends(folder):
    run = SmallRun(folder)
    os.kill(run.started[2], signal.SIGKILL)
    run.process.stdout.read()
    run.process.stdout.close()
    assert run.process.wait(SECONDS) == 1
    assert "waiting has ended" in (folder / "errors").read_text()
    assert run.living == []


def test_a_second_run_in_the_same_checkout_is_refused(folder):
    run = SmallRun(folder)
    env = {**os.environ, "MALU_VAR": str(folder)}
    command = [sys.executable, "-m", "config.dev", "run"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert (done.returncode, done.stderr) == (
        1,
        f"malu: ./malu run is already running here (process {run.process.pid})\n",
    )
    run.end(signal.SIGTERM)
