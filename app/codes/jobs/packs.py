"""Codes in the background: minting orders, writing files, watching that they arrive, clearing them away."""

import time
from datetime import datetime

from flask import current_app

from app.codes import actions, queries
from app.kit import clock, files
from app.kit.transaction import transaction

AT_ONCE = 500


class _NoLongerWanted(Exception):
    """The link of a file was revoked while the file was being made."""


class _Reporter:
    """Tells the database how far a file is, at most once a second."""

    def __init__(self, brand_id: int, delivery_id: int) -> None:
        self._brand_id = brand_id
        self._delivery_id = delivery_id
        self._next = time.monotonic() + 1

    def __call__(self, lines_done: int) -> None:
        if time.monotonic() < self._next:
            return
        with transaction(self._brand_id) as session:
            wanted = actions.note_lines(session, delivery_id=self._delivery_id, lines_done=lines_done)
        if not wanted:
            raise _NoLongerWanted
        self._next = time.monotonic() + 1


def mint_pack(*, brand_id: int, pack_id: int, at: datetime) -> None:
    """Mint the batches of an approved order. Running twice mints once."""
    with transaction(brand_id) as session:
        actions.mint_pack(session, pack_id=pack_id, at=at)


def make_file(*, brand_id: int, delivery_id: int) -> None:
    """Write the file of a delivery and open its link. Killed at any instant, the next run begins it anew."""
    scheme = current_app.config["MALU_PUBLIC_SCHEME"]
    with transaction(brand_id) as session:
        task = actions.prepare_file(session, delivery_id=delivery_id, scheme=scheme)
        name = actions.file_name(queries.delivery_row(session, delivery_id))
    if task is None:
        return
    files.sweep(brand_id, name)
    try:
        with files.writing(brand_id, name) as target:
            written = actions.write_file(task, target, _Reporter(brand_id, delivery_id))
    except _NoLongerWanted:
        return
    with transaction(brand_id) as session:
        actions.finish_file(session, delivery_id=delivery_id, written=written, at=clock.now())
        is_revoked = queries.delivery_row(session, delivery_id).revoked_at is not None
    if is_revoked:  # while the last lines were written, so that `clear_files` may have been here before
        files.remove(brand_id, name)


def clear_files(*, brand_id: int, at: datetime) -> None:
    """Remove the files of links that are over; the same lines can be made again by a new delivery."""
    with transaction(brand_id) as session:
        rows = queries.deliveries_to_remove(session, at=at, limit=AT_ONCE)
        over = [(row.id, actions.file_name(row)) for row in rows]
    for delivery_id, name in over:
        files.remove(brand_id, name)
        with transaction(brand_id) as session:
            actions.note_removed(session, delivery_id=delivery_id, at=at)


def watch_packs(*, brand_id: int, at: datetime) -> None:
    """Raise an alarm for each batch that nobody fetched, or nobody activated, in time."""
    with transaction(brand_id) as session:
        for late in queries.overdue(session, at=at, limit=AT_ONCE):
            actions.raise_alarm(
                session,
                kind=late.kind,
                cause=late.cause,
                subject=f"batch:{late.batch_id}",
                details={"number": late.number, "level": late.level, "hours": late.hours},
                at=at,
            )
