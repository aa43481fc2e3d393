"""``./malu check [fix]``: everything that can be said about the code without running it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from config.dev.environment import ROOT
from config.dev.h5 import H5, build_h5, find_node, has_h5
from config.dev.processes import CannotContinue, say
from config.dev.test import cores


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    command: tuple[str, ...]
    is_npm: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    name: str
    passed: bool
    seconds: float
    said: str


def main(argv: list[str]) -> int:
    if argv not in ([], ["fix"]):
        raise CannotContinue("./malu check takes nothing, or the word fix")
    checks = [*python_checks(fix=bool(argv)), *page_checks()]
    with ThreadPoolExecutor(cores()) as pool:
        verdicts = [_show(verdict) for verdict in pool.map(_run, checks)]
    failed = [verdict.name for verdict in verdicts if not verdict.passed]
    say(f"check: {', '.join(failed)} failed" if failed else f"check: all {len(verdicts)} passed")
    return 1 if failed else 0


def python_checks(*, fix: bool) -> Iterator[Check]:
    ruff = (sys.executable, "-m", "ruff")
    yield Check("types: mypy --strict", (sys.executable, "-m", "mypy"))
    yield Check("imports: import-linter", (sys.executable, f"{sys.prefix}/bin/lint-imports", "--no-cache"))
    yield Check("format: ruff format", (*ruff, "format", *(() if fix else ("--check",)), "."))
    yield Check("lint: ruff check", (*ruff, "check", *(("--fix",) if fix else ()), "."))


def page_checks() -> Iterator[Check]:
    if has_h5() and "check" in json.loads((H5 / "package.json").read_text(encoding="utf-8")).get("scripts", {}):
        yield Check("pages: types, unit tests, sizes", ("run", "check"), is_npm=True)


def _run(check: Check) -> Verdict:
    started = time.monotonic()
    try:
        done = _run_npm(check.command) if check.is_npm else _capture(check.command, ROOT, dict(os.environ))
    except CannotContinue as fact:
        return Verdict(check.name, passed=False, seconds=time.monotonic() - started, said=str(fact))
    return Verdict(check.name, done.returncode == 0, time.monotonic() - started, done.stdout)


def _run_npm(arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """The pages' own check looks at the sizes of what was built."""
    build_h5()
    node = find_node()
    return _capture((*node.npm, *arguments), H5, node.env)


def _capture(command: tuple[str, ...], cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _show(verdict: Verdict) -> Verdict:
    if not verdict.passed:
        say(verdict.said.rstrip())
    say(f"{'ok    ' if verdict.passed else 'FAILED'} {verdict.name} ({verdict.seconds:.1f} s)")
    return verdict
