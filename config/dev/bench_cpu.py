"""What the servers' processes have spent, read from /proc: their own time and that of their dead children."""

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
_PARENT, _FIRST_TIME, _LAST_TIME = 1, 11, 15  # fields after the command's name: ppid; utime stime cutime cstime


class _Process(NamedTuple):
    pid: int
    parent: int
    seconds: float


def cpu_seconds(root: int) -> float:
    """CPU time of a process and everything it has started."""
    children: defaultdict[int, list[_Process]] = defaultdict(list)
    own = 0.0
    for process in _processes():
        children[process.parent].append(process)
        if process.pid == root:
            own = process.seconds
    return own + sum(process.seconds for process in _below(root, children))


def children_of(root: int) -> list[int]:
    """The processes that a process has started itself and that still live."""
    return [process.pid for process in _processes() if process.parent == root]


def _below(root: int, children: dict[int, list[_Process]]) -> Iterator[_Process]:
    for process in children.get(root, ()):
        yield process
        yield from _below(process.pid, children)


def _processes() -> Iterator[_Process]:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            fields = (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        ticks = sum(int(value) for value in fields[_FIRST_TIME:_LAST_TIME])
        yield _Process(int(entry.name), int(fields[_PARENT]), ticks * _TICK_SECONDS)
