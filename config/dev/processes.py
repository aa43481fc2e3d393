"""Processes of the launcher: how they start, who still runs, how they end, what they said last."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

PAUSE_SECONDS = 0.02
GRACE_SECONDS = 10.0
TICK_SECONDS = 1.0

_TRACEBACK_END = re.compile(r"^  .*\n([A-Za-z_][\w.]*: .+)$", re.MULTILINE)
_ERROR = re.compile(r"^(?:npm error (?!A complete)|\w*error\b|E: ).+$", re.MULTILINE | re.IGNORECASE)


class CannotContinue(Exception):
    """A fact that stops a verb; its text is the one line the person reads."""


def say(text: str) -> None:
    print(text, flush=True)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask until the condition holds; False when the time is up."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(PAUSE_SECONDS)
    return True


def command_of(pid: int) -> str:
    """The command line of a running process; empty for a dead one and for a zombie."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    command = ["ps", "-p", str(pid), "-o", "command="]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def tail(log: Path, lines: int = 3) -> str:
    """What a log says went wrong: the end of a traceback, else an error, else its last lines."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "no log"
    if found := _TRACEBACK_END.findall(text) or _ERROR.findall(text):
        return str(found[-1]).strip()
    return " | ".join(line.strip() for line in text.splitlines()[-lines:] if line.strip()) or "empty log"


def send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def spawn(command: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path) -> subprocess.Popen[bytes]:
    """Start in a session of its own, so that Ctrl-C reaches the launcher alone, which then ends it all."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )


def finish(command: Sequence[str], *, what: str, log: Path, env: Mapping[str, str], cwd: Path) -> None:
    """Run to the end, with a dot a second at a terminal; its words go to the log."""
    child = spawn(command, log=log, env=env, cwd=cwd)
    try:
        while _still_runs(child):
            _show(".")
        _show("\n")
    finally:
        end_groups([child])
    if child.returncode:
        raise CannotContinue(f"{what} failed: {tail(log)} (all of it: {log})")


def _still_runs(child: subprocess.Popen[bytes]) -> bool:
    try:
        child.wait(TICK_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False


def _show(mark: str) -> None:
    if sys.stdout.isatty():
        print(mark, end="", flush=True)


def end_groups(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask every process of the children's sessions to end, then insist."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for child in children:
            end_group(child.pid, number)
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(GRACE_SECONDS)


def end_group(leader: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: EPERM for a group of zombies
        os.killpg(leader, number)


def exit_on_signals() -> None:
    """Make SIGTERM and SIGHUP an ordinary exit, so that everything registered for it runs; nohup is respected.

    SIGINT too: a shell script starts what it puts into the background deaf to it.
    """

    def leave(number: int, _frame: FrameType | None) -> None:
        ignore_signals()
        sys.exit(128 + number)

    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, leave)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, leave)


def ignore_signals() -> None:
    """While everything is being ended, a second Ctrl-C must not leave the rest running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
