"""What the bench says: one table of figures, and one line for every bar."""

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from config.dev.processes import say

_HOLDS: dict[str, Callable[[float, float], bool]] = {">=": operator.ge, "<=": operator.le, "==": operator.eq}


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure and what it must be; `op` is >=, <= or ==."""

    name: str
    measured: float
    op: str
    bound: float

    @property
    def holds(self) -> bool:
        return _HOLDS[self.op](self.measured, self.bound)

    def __str__(self) -> str:
        verdict = "ok" if self.holds else "short"
        return f"bar {self.name} {_number(self.measured)} {self.op} {_number(self.bound)} {verdict}"


def show_bars(bars: Iterable[Bar]) -> int:
    """Print them; the exit status: 1 when one falls short."""
    shown = list(bars)
    for bar in shown:
        say(str(bar))
    return 0 if all(bar.holds for bar in shown) else 1


def show_table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Names to the left, figures to the right."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for name, *figures in lines:
        cells = [
            name.ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(figures, widths[1:], strict=True)),
        ]
        say("  ".join(cells))


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.2f}"
