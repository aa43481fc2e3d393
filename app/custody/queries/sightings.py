"""What was seen where, together with what was then known of the goods, for whoever judges their way."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import codes
from app.custody.models import OpeningRow, Shipment
from app.kit.database import raw

DEEPEST = 15

# The walk of `lineage`, for many sightings at once, with the level of each pack.
GOODS = f"""
    WITH RECURSIVE path (level_index, code_no) AS (
        SELECT 0, seen.code_no
      UNION ALL
        SELECT path.level_index + 1, pack.code_no
        FROM path CROSS JOIN LATERAL (SELECT {codes.parent_sql("path.code_no")} AS code_no OFFSET 0) pack
        WHERE pack.code_no IS NOT NULL AND path.level_index < {DEEPEST}
    ), held AS (
        SELECT holding.dealer_id, holding.shipment_id, holding.since
        FROM path CROSS JOIN LATERAL (
            SELECT hi, dealer_id, shipment_id, movement_id, since FROM custody_holding
            WHERE brand_id = %(brand_id)s AND lo <= path.code_no ORDER BY lo DESC LIMIT 1
        ) holding
        WHERE path.code_no < holding.hi ORDER BY holding.since DESC, holding.movement_id DESC LIMIT 1
    )
    SELECT array_agg(path.code_no ORDER BY path.level_index) AS code_nos,
        array_agg({codes.level_sql("path.code_no")} ORDER BY path.level_index) AS levels,
        (SELECT dealer_id FROM held) AS dealer_id, (SELECT shipment_id FROM held) AS shipment_id,
        (SELECT since FROM held) AS since
    FROM path"""  # noqa: S608  # the inserted parts are ours
SIGHTINGS = f"""
SELECT goods.code_nos, goods.levels,
    seen.id, seen.code_no, seen.kind, seen.person_id, seen.device, seen.county, seen.at,
    goods.dealer_id, goods.shipment_id, goods.since
FROM (
    SELECT id, code_no, kind, person_id, device, county, at FROM custody_sighting
    WHERE brand_id = %(brand_id)s AND id > %(after)s AND id < %(before)s ORDER BY id LIMIT %(limit)s
) seen
LEFT JOIN LATERAL ({GOODS}) goods ON seen.county IS NOT NULL
ORDER BY seen.id"""  # noqa: S608  # idem
HELD = text(f"""
SELECT dealer_id, {codes.level_sql("held.lo", brand_id=":brand_id")} AS level, sum(hi - lo)
FROM custody_holding held WHERE brand_id = :brand_id AND dealer_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2""")  # noqa: S608  # idem


@dataclass(frozen=True, slots=True)
class Sighted:
    """A code that was seen, its packs with their levels, and who has held it since when.

    Packs and holder are those of today; without a county nothing of them was looked up.
    """

    path: tuple[tuple[int, str | None], ...]
    id: int
    code_no: int
    kind: str
    person_id: int | None
    device: str | None
    county: str | None
    at: datetime
    dealer_id: int | None
    shipment_id: int | None
    since: datetime | None

    def pack(self, level: str) -> int | None:
        """The code or the pack around it that is of a level."""
        return next((code_no for code_no, name in self.path if name == level), None)


@dataclass(frozen=True, slots=True)
class ForeignOpening:
    """A case that ``dealer_id`` held when a terminal of another dealer opened it."""

    case_no: int
    terminal_id: int
    dealer_id: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """Under which number goods went to which dealer, and when."""

    number: str
    dealer_id: int | None
    shipped_at: datetime


def sightings_between(session: Session, *, after: int, before: int, limit: int) -> list[Sighted]:
    """Sightings with ``after < id < before``, at most ``limit``, in the order of their ids."""
    bound = {"brand_id": session.info["brand_id"], "after": after, "before": before, "limit": limit}
    return [_sighted(row) for row in raw(session).execute(SIGHTINGS, bound)]


def _sighted(row: tuple[Any, ...]) -> Sighted:
    code_nos, levels, *facts = row
    return Sighted(tuple(zip(code_nos or (), levels or (), strict=True)), *facts)


def foreign_openings_between(session: Session, *, after: int, upto: int) -> list[ForeignOpening]:
    """Cases opened by a terminal of another dealer than their holder's, with ``after < id <= upto``."""
    statement = select(
        OpeningRow.case_no, OpeningRow.terminal_id, OpeningRow.dealer_id, OpeningRow.opened_at
    ).where(OpeningRow.id > after, OpeningRow.id <= upto, OpeningRow.foreign_opening)
    rows = session.execute(statement.order_by(OpeningRow.id))
    return [
        ForeignOpening(case_no, terminal_id, dealer_id, opened_at)
        for case_no, terminal_id, dealer_id, opened_at in rows
        if dealer_id is not None
    ]


def shipments_sent(session: Session, ids: Collection[int]) -> Mapping[int, Sent]:
    """Shipments by their ids."""
    rows = session.scalars(select(Shipment).where(Shipment.id.in_(ids)))
    return {row.id: Sent(row.number, row.dealer_id, row.shipped_at) for row in rows}


def held_by_dealer(session: Session) -> Mapping[int, Mapping[str, int]]:
    """How many codes of each level every dealer holds, counted at the level that was scanned."""
    held: dict[int, dict[str, int]] = {}
    for dealer_id, level, count in session.execute(HELD, {"brand_id": session.info["brand_id"]}):
        held.setdefault(dealer_id, {})[level] = int(count)
    return held
