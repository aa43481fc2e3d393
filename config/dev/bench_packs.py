"""How many lines of a print file one core formats, encrypts and writes in a second, minting included."""

import os
import sys
import tempfile
from pathlib import Path
from time import process_time

import pyrage

from app.codes.actions import FileTask, write_file
from app.codes.rules import Face, SlotKey
from app.codes.rules.print_lines import Sheet, Stock
from config.dev.bench_report import Bar, show_bars

LINES = 2_000_000
AGE_BOUND = 200_000
ZIP_BOUND = 100_000
PREFIX = "HTTPS://Q.EXAMPLE.COM/S/"


def measure_packs(lines: int = LINES) -> list[Bar]:
    """The figures of both encryptions, for pairs of faces with a security code, onto a real disk."""
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    return [
        Bar("pack_age_lines_per_second", lines_per_second(task_of(lines, recipient, None)), ">=", AGE_BOUND),
        Bar("pack_zip_lines_per_second", lines_per_second(task_of(lines, None, b"password")), ">=", ZIP_BOUND),
    ]


def lines_per_second(task: FileTask) -> float:
    """Lines per second of this process's CPU time, as `bench_mint` measures: the time of one core."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "pack").open("w+b") as target:
        start = process_time()
        write_file(task, target, lambda _lines_done: None)
        os.fsync(target.fileno())
        return task.stock.lines / (process_time() - start)


def task_of(lines: int, recipient: str | None, password: bytes | None) -> FileTask:
    slots = tuple(SlotKey(slot, Face(face), "feistel10-aes", os.urandom(32)) for slot, face in _FACES)
    sheet = Sheet(PREFIX, slots, security_code=True)
    return FileTask(1, "BENCH", "unit", Stock(1, lines + 1), sheet, os.urandom(32), recipient, password)


_FACES = (("K", "outer"), ("S", "inner"))


def main() -> int:
    return show_bars(measure_packs())


if __name__ == "__main__":
    sys.exit(main())
