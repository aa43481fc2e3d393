"""The watched folder: a line drops its files, and finds them under ``done``, or with errors under ``failed``.

A brand's files lie in ``MALU_INBOX/<slug>``. A file is whole when it has not changed for half a minute, or when an
empty ``<name>.done`` lies beside it; until it is renamed to ``.csv`` or ``.txt`` nobody looks at it. A worker that
is killed leaves the file where it is; by its hash it is known when it is taken up again.
"""

import hashlib
import secrets
import shutil
import stat
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app

from app import tenancy
from app.codes.actions import register_import, retry_import
from app.codes.events import FileArrived
from app.codes.jobs.imports import check_import
from app.codes.models import ImportRow
from app.codes.queries import import_errors, import_row
from app.codes.rules.findings import error_list
from app.codes.rules.lines import plain
from app.kit import clock, files, outbox
from app.kit.transaction import transaction
from app.kit.uploads import Received

ENDINGS = {".csv", ".txt"}
DONE = ".done"
QUIET = timedelta(seconds=30)
MOST_AT_ONCE = 100
CHUNK = 1 << 20
LONGEST_NAME = 200


def watch_inbox(*, brand_id: int, at: datetime) -> None:
    """Ask for each whole file of the brand's folder to be taken in; again does no harm."""
    folder = _folder(brand_id)
    if folder is None or not folder.is_dir():
        return
    whole = [path for path in sorted(folder.iterdir()) if _is_whole(path, at)]
    with transaction(brand_id) as session:
        for path in whole[:MOST_AT_ONCE]:
            seen = path.lstat()
            cause = hashlib.sha256(f"{path.name}\0{seen.st_mtime_ns}\0{seen.st_size}".encode()).hexdigest()
            outbox.publish(session, FileArrived(cause=f"inbox:{cause[:32]}", name=path.name), at=at)


def _folder(brand_id: int) -> Path | None:
    inbox: Path | None = current_app.config["MALU_INBOX"]
    return inbox / tenancy.brand(brand_id).slug if inbox else None


def _is_whole(path: Path, at: datetime) -> bool:
    seen = path.lstat()
    if path.suffix.lower() not in ENDINGS or path.name.startswith(".") or not stat.S_ISREG(seen.st_mode):
        return False
    return _mark(path).exists() or datetime.fromtimestamp(seen.st_mtime, at.tzinfo) <= at - QUIET


def _mark(path: Path) -> Path:
    return path.with_name(path.name + DONE)


def take_in_file(*, brand_id: int, name: str) -> None:
    """Import a file of the inbox and put it away; whatever was done before a crash is not done again."""
    folder = _folder(brand_id)
    path = folder / name if folder else None
    if folder is None or path is None or path.is_symlink() or not path.is_file():
        return
    received = _kept(brand_id, path)
    import_id, is_new = _registered(brand_id, received, plain(name)[:LONGEST_NAME])
    if not is_new:
        files.remove(brand_id, received.name)
    check_import(brand_id=brand_id, import_id=import_id)
    _put_away(brand_id, path, import_id, received.sha256)


def _kept(brand_id: int, path: Path) -> Received:
    """A copy among the brand's files: what is checked must not change meanwhile."""
    digest, name = hashlib.sha256(), f"associations/{secrets.token_hex(8)}.csv"
    with path.open("rb") as source, files.writing(brand_id, name) as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
        size = target.tell()
    return Received(name, files.path_of(brand_id, name), size, digest.hexdigest())


def _registered(brand_id: int, received: Received, name: str) -> tuple[int, bool]:
    """A file that was refused before is checked anew: somebody dropped it again for a reason."""
    at = clock.now()
    with transaction(brand_id) as session:
        row, is_new = register_import(
            session, received, name=name, source="folder", head={}, dry_run=False, by=None, at=at
        )
        if row.state == "refused":
            retry_import(session, row.id, at=at)
    return row.id, is_new


def _put_away(brand_id: int, path: Path, import_id: int, sha256: str) -> None:
    with transaction(brand_id) as session:
        row = import_row(session, import_id)
        errors = import_errors(session, import_id)
    room = path.parent / ("done" if row.state == "done" else "failed")
    room.mkdir(exist_ok=True)
    target = room / path.name
    if target.exists():
        target = room / f"{path.stem}-{sha256[:8]}{path.suffix}"
    if row.state == "refused":
        _tell(target, row, error_list(errors, wrong=row.wrong, language="zh"))
    shutil.move(path, target)
    _mark(path).unlink(missing_ok=True)


def _tell(target: Path, row: ImportRow, body: bytes) -> None:
    """The errors appear whole, and before the file that they are about."""
    fresh = target.with_name(f".{row.id}.errors")
    fresh.write_bytes(body)
    fresh.replace(target.with_name(target.name + ".errors.csv"))
