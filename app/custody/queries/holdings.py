"""Who holds what now, code by code and range by range."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import codes
from app.custody.models import Part
from app.custody.queries.lineage import DEEPEST
from app.custody.rules import Held, Party, Place, Run
from app.kit.database import raw

SLICE = 5000  # codes a statement: each walks up its packs, and a statement may take five seconds

# The stored ranges that touch any of the runs: the nearest start below each, and all starts inside.
TOUCHING = text("""
SELECT DISTINCT near.lo, near.hi, near.dealer_id, near.shipment_id, near.movement_id, near.since, near.id,
    near.terminal_id
FROM unnest(CAST(:los AS bigint[]), CAST(:his AS bigint[])) AS run (lo, hi)
CROSS JOIN LATERAL (
    (SELECT * FROM custody_holding WHERE brand_id = :brand_id AND lo < run.lo ORDER BY lo DESC LIMIT 1)
    UNION ALL
    SELECT * FROM custody_holding WHERE brand_id = :brand_id AND lo >= run.lo AND lo < run.hi
) near
WHERE near.hi > run.lo ORDER BY near.lo""")

# As the lineage of one code, for many: every code and pack above it, each with what moved it last.
PLACES = f"""
WITH RECURSIVE path (asked, level_index, code_no) AS (
    SELECT code_no, 0, code_no FROM unnest(%(code_nos)s::bigint[]) AS asked (code_no)
  UNION ALL
    SELECT path.asked, path.level_index + 1, pack.code_no
    FROM path CROSS JOIN LATERAL (SELECT {codes.parent_sql("path.code_no")} AS code_no OFFSET 0) pack
    WHERE pack.code_no IS NOT NULL AND path.level_index < {DEEPEST}
)
SELECT path.asked, path.code_no,
    holding.since, holding.movement_id, holding.dealer_id, holding.terminal_id, holding.shipment_id
FROM path LEFT JOIN LATERAL (
    SELECT hi, since, movement_id, dealer_id, terminal_id, shipment_id FROM custody_holding
    WHERE brand_id = %(brand_id)s AND lo <= path.code_no ORDER BY lo DESC LIMIT 1
) holding ON path.code_no < holding.hi
ORDER BY path.asked, path.level_index"""  # noqa: S608  # both inserted parts are ours


def holdings_touching(session: Session, runs: Sequence[Run]) -> list[Held]:
    """The current holdings that share a code with any of the disjoint ``runs``, in order."""
    bound = {
        "brand_id": session.info["brand_id"],
        "los": [run.lo for run in runs],
        "his": [run.hi for run in runs],
    }
    return [Held(*row) for row in session.execute(TOUCHING, bound)]


def places_of(session: Session, code_nos: Sequence[int]) -> Iterator[Place]:
    """Where each of the distinct codes is, in ascending order: its packs, and what moved it last."""
    for some in _slices(sorted(code_nos)):
        bound = {"brand_id": session.info["brand_id"], "code_nos": some}
        rows = raw(session).execute(PLACES, bound).fetchall()
        for asked, path in groupby(rows, key=lambda row: row[0]):
            yield _place(asked, list(path))


def _place(code_no: int, path: Sequence[tuple[Any, ...]]) -> Place:
    packs = tuple(row[1] for row in path[1:])
    moved = [row[2:] for row in path if row[2] is not None]
    if not moved:
        return Place(code_no, packs)
    *_, dealer_id, terminal_id, shipment_id = max(moved, key=_age)
    return Place(code_no, packs, Party(dealer_id, terminal_id), shipment_id)


def _age(row: tuple[Any, ...]) -> tuple[datetime, int]:
    return row[0], row[1]


def parts_of(session: Session, code_nos: Sequence[int]) -> dict[int, set[int]]:
    """What was ever moved on its own out of each of the codes, by pack; most packs were never taken apart."""
    parts: dict[int, set[int]] = {}
    for some in _slices(code_nos):
        statement = select(Part.pack_no, Part.lo, Part.hi).where(Part.pack_no.in_(some)).distinct()
        for pack_no, lo, hi in session.execute(statement):
            parts.setdefault(pack_no, set()).update(range(lo, hi))
    return parts


def _slices(code_nos: Sequence[int]) -> Iterator[list[int]]:
    return (list(code_nos[start : start + SLICE]) for start in range(0, len(code_nos), SLICE))
