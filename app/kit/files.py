"""Files beside the database, written once: on a disk that the web servers and the workers of a brand share."""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

NAME = re.compile(r"[a-z][a-z0-9_]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+")
_folders: list[Path] = []


class UnsafeName(ValueError):
    """A file's name is ours alone: lower-case room, slash, plain letters."""


def use_folder(folder: Path) -> None:
    """Called once by the factory."""
    _folders[:] = [folder]


def path_of(brand_id: int, name: str) -> Path:
    """Where a brand's file lies, such as ``packs/123.age``; raises `UnsafeName`."""
    if not NAME.fullmatch(name) or ".." in name:
        raise UnsafeName(name)
    return _folders[0] / str(brand_id) / name


@contextmanager
def writing(brand_id: int, name: str) -> Iterator[IO[bytes]]:
    """A file that appears whole, on disk, at the end of the block, or not at all; replaces an older one."""
    path = path_of(brand_id, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with fresh.open("w+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed, by us or by our death: see `sweep`
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def sweep(brand_id: int, name: str) -> None:
    """Forget what an earlier `writing` of the same file left behind when its process was killed.

    What another process is writing at this moment stays.
    """
    path = path_of(brand_id, name)
    for part in path.parent.glob(f".{path.name}.*"):
        with suppress(FileNotFoundError, BlockingIOError), part.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink(missing_ok=True)


def remove(brand_id: int, name: str) -> None:
    """Forget a file, whether it is there or not."""
    with suppress(FileNotFoundError):
        path_of(brand_id, name).unlink()
