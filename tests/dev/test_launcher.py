"""./malu: its words, its one-line refusals, its secrets."""

import os
import socket
import subprocess
import sys
from contextlib import closing

import pytest

from config.dev.__main__ import VERBS
from config.dev.environment import ROOT, Ports, chosen_ports, demo_environment, keep_secret
from config.dev.processes import CannotContinue, tail
from config.dev.run import require_free
from config.settings import Settings

SCREEN_LINES = 24
NOT_FOR_PEOPLE = {"seed"}


def malu(*words, **settings):
    command = [sys.executable, "-m", "config.dev", *words]
    env = {**os.environ, **settings}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)


def test_the_script_is_valid_posix_shell():
    assert subprocess.run(["sh", "-n", ROOT / "malu"], check=False).returncode == 0


def test_help_fits_one_screen_and_names_every_verb_before_anything_is_installed(tmp_path):
    (tmp_path / "malu").write_bytes((ROOT / "malu").read_bytes())
    command = ["sh", tmp_path / "malu", "help"]
    said = subprocess.run(
        command, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}
    ).stdout
    assert len(said.splitlines()) <= SCREEN_LINES
    assert all(f"./malu {verb} " in said for verb in set(VERBS) - NOT_FOR_PEOPLE)
    assert not (tmp_path / ".venv").exists()


def test_without_python_the_script_says_so_in_one_line(tmp_path):
    (tmp_path / "malu").write_bytes((ROOT / "malu").read_bytes())
    (tmp_path / "config/requirements").mkdir(parents=True)
    (tmp_path / "config/requirements/dev.txt").write_text("")
    (tmp_path / "bin").mkdir()
    for name in ("sh", "dirname", "cksum", "cat", "id"):
        (tmp_path / "bin" / name).symlink_to(f"/usr/bin/{name}")
    command = ["/bin/sh", tmp_path / "malu", "check"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"PATH": str(tmp_path / "bin")}
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "Python 3.11 or newer is needed" in done.stderr


def test_an_unknown_verb_is_one_line():
    done = malu("dance")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "malu: there is no verb 'dance'; ./malu help lists them\n"


def test_a_port_in_use_is_one_line_and_exit_code_one(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        done = malu("run", MALU_PORT=str(port), MALU_VAR=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"malu: port {port} cannot be used")
    assert done.stderr.count("\n") == 1


def test_every_port_of_the_demo_is_looked_at():
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotContinue, match=str(port)):
            require_free(Ports(0, 0, port))


@pytest.mark.parametrize("port", ["0", "70000", "-1", "http"])
def test_a_port_that_is_none_is_refused(port, monkeypatch):
    monkeypatch.setenv("MALU_PORT", port)
    with pytest.raises(CannotContinue):
        chosen_ports()


def test_a_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "secrets/master.key"
    assert keep_secret(path, "first").read_text() == "first"
    assert keep_secret(path, "second").read_text() == "first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_demo_environment_is_one_the_product_accepts(tmp_path):
    ports = Ports(8000, 8001, 8010)
    nowhere = {"database_url": "postgresql+psycopg:///none", "redis_url": "redis://127.0.0.1:1"}
    env = demo_environment(tmp_path, ports, **nowhere)
    settings = Settings.from_env(env)
    assert settings.mode == "development"
    assert settings == Settings.from_env(demo_environment(tmp_path, ports, **nowhere))
    assert not {"MALU_MASTER_KEY", "MALU_TOKEN_KEYS"} & (set(env) - set(os.environ))


def test_what_a_log_says_went_wrong_is_its_last_error(tmp_path):
    log = tmp_path / "log"
    log.write_text("Traceback:\n  File x\n    go()\nhouse.NotSet: no key\n[ERROR] Worker failed to boot.\n")
    assert tail(log) == "house.NotSet: no key"
    log.write_text("Error: cannot resolve main.ts\n    at node:1 {\n  errors: [Getter]\n}\nNode 20\n")
    assert tail(log) == "Error: cannot resolve main.ts"
    log.write_text("one\ntwo\n\n")
    assert tail(log) == "one | two"
    assert tail(tmp_path / "none") == "no log"
