"""Files of dealers, shops and people: read whole, checked whole, taken in whole or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app.channel.actions.checks import checked_dealers, checked_people, checked_terminals
from app.channel.actions.phones import of_terminal, sealed_phone
from app.channel.errors import ImportOutrun, TooManyLines, UnfitHeader
from app.channel.models import ImportedFile
from app.channel.queries import phone_hash
from app.channel.rules import MOST_LINES, Findings, Line, Place, masked, read_header, read_lines
from app.kit import cache, csv_text
from app.kit.database import raw
from app.kit.ids import new_id

WAITS = timedelta(days=180)
DEALERS = "COPY channel_dealer (brand_id, id, name, house, state, created_at) FROM STDIN"
AREAS = "COPY channel_dealer_area (brand_id, id, dealer_id, county, since) FROM STDIN"
TERMINALS = (
    "COPY channel_terminal (brand_id, id, dealer_id, name, address, county, latitude_e6, longitude_e6,"
    " phone_sealed, phone_masked, phone_hash, state, supplied_since, created_at) FROM STDIN"
)
INVITATIONS = (
    "COPY channel_invitation (brand_id, id, role, dealer_id, terminal_id, phone_hash, phone_masked,"
    " max_uses, uses, expires_at, invited_by, created_at) FROM STDIN"
)
CHECKS = {"dealers": checked_dealers, "terminals": checked_terminals, "people": checked_people}


@dataclass(frozen=True, slots=True)
class ReadList:
    """A file as read: the lines that can be used, what the file calls its columns, what is wrong."""

    kind: str
    count: int
    lines: Sequence[Line]
    titles: dict[str, str]
    findings: Findings


@dataclass(frozen=True, slots=True)
class TakenIn:
    """``lines`` of the file; ``repeated`` when the very same file was taken in before."""

    lines: int
    repeated: bool


def read_list(kind: str, body: bytes) -> ReadList:
    """The lines of a file, without the database. Raises `csv_text.NotText`, `UnfitHeader`, `TooManyLines`."""
    rows = csv_text.rows(csv_text.decode(body))
    header = read_header(kind, next(rows, (1, []))[1])
    if not header.fits:
        raise UnfitHeader(missing=list(header.missing), unknown=list(header.unknown))
    found = list(islice(rows, MOST_LINES + 1))
    if len(found) > MOST_LINES:
        raise TooManyLines(most=MOST_LINES)
    findings = Findings()
    lines = list(read_lines(header, found, findings))
    return ReadList(kind, len(found), lines, dict(header.titles), findings)


def take_in(session: Session, file: ReadList, *, sha256: str, dry_run: bool, by: int, at: datetime) -> TakenIn:
    """Check the lines against what the brand has; without findings, and not for a dry run, keep them all.

    The caller refuses the whole when ``file.findings`` counts anything. Raises `ImportOutrun`.
    """
    if not _is_new(session, file, sha256=sha256, dry_run=dry_run, by=by, at=at):
        return TakenIn(file.count, repeated=True)
    lines = CHECKS[file.kind](session, file.lines, file.titles, file.findings)
    if not dry_run and not file.findings.count:
        try:
            _keep(session, file.kind, lines, by=by, at=at)
        except psycopg.errors.UniqueViolation as error:
            raise ImportOutrun from error
        cache.bump(session, session.info["brand_id"])
    return TakenIn(file.count, repeated=False)


def _is_new(session: Session, file: ReadList, *, sha256: str, dry_run: bool, by: int, at: datetime) -> bool:
    """Whether the file is not one of those taken in; a rival that is taking it in right now is waited for."""
    if dry_run:
        known = select(ImportedFile.id).where(ImportedFile.kind == file.kind, ImportedFile.sha256 == sha256)
        return session.scalar(known) is None
    row = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "kind": file.kind,
        "sha256": sha256,
        "lines": file.count,
        "imported_by": by,
        "imported_at": at,
    }
    statement = insert_or_skip(ImportedFile).values(row).on_conflict_do_nothing().returning(ImportedFile.id)
    return session.scalar(statement) is not None


def _keep(session: Session, kind: str, lines: Sequence[Line], *, by: int, at: datetime) -> None:
    if kind == "dealers":
        ids = [new_id() for _ in lines]
        rows = zip(ids, lines, strict=True)
        _copy(session, DEALERS, ((each, line.values["name"], False, "active", at) for each, line in rows))
        _copy(
            session,
            AREAS,
            (
                (new_id(), each, county, at)
                for each, line in zip(ids, lines, strict=True)
                for county in line.values.get("counties") or ()
            ),
        )
    elif kind == "terminals":
        _copy(session, TERMINALS, (_terminal(session, line.values, at) for line in lines))
    else:
        _copy(session, INVITATIONS, (_invitation(session, line.values, by, at) for line in lines))


def _terminal(session: Session, values: Any, at: datetime) -> tuple[Any, ...]:
    terminal_id, latitude, longitude = new_id(), values.get("latitude"), values.get("longitude")
    place = None if latitude is None or longitude is None else Place.of(latitude, longitude)
    phone = sealed_phone(session, values.get("phone"), of_terminal(terminal_id))
    return (
        terminal_id,
        values["dealer_id"],
        values["name"],
        values.get("address") or "",
        values["county"],
        place.latitude_e6 if place else None,
        place.longitude_e6 if place else None,
        *(phone[column] for column in ("phone_sealed", "phone_masked", "phone_hash")),
        "active",
        at,
        at,
    )


def _invitation(session: Session, values: Any, by: int, at: datetime) -> tuple[Any, ...]:
    return (
        new_id(),
        values["role"],
        values["dealer_id"],
        values["terminal_id"],
        phone_hash(session, values["phone"]),
        masked(values["phone"]),
        1,
        0,
        at + WAITS,
        by,
        at,
    )


def _copy(session: Session, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    brand_id = session.info["brand_id"]
    with raw(session).cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((brand_id, *row))
