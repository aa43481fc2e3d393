"""``./malu openapi [FILE]``: the API document, without any server running."""

import subprocess
import sys
from pathlib import Path

from config.dev.environment import ROOT, VAR, chosen_ports, demo_environment
from config.dev.processes import CannotContinue, say, tail

_NOWHERE = {"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/none", "redis_url": "redis://127.0.0.1:1"}


def main(argv: list[str]) -> int:
    env = demo_environment(VAR / "secrets", chosen_ports(), **_NOWHERE)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "openapi"]
    log = VAR / "log/openapi.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as errors:
        done = subprocess.run(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=errors, text=True, check=False
        )
    if done.returncode:
        raise CannotContinue(f"the API document cannot be written: {tail(log)} (all of it: {log})")
    if argv:
        Path(argv[0]).write_text(done.stdout, encoding="utf-8")
    else:
        say(done.stdout.rstrip())
    return 0
