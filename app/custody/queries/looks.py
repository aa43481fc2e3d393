"""Who has looked at codes, from which device and address: for whoever judges whether a claim is honest."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import codes
from app.kit.database import Scope, raw

COLUMNS = """seen.id, seen.code_no, seen.person_id, seen.device, seen.address_hash, seen.county, seen.latitude_e6,
    seen.longitude_e6, seen.at"""
BETWEEN = f"""
SELECT {COLUMNS}, {codes.parent_sql("seen.code_no")} FROM (
    SELECT * FROM custody_sighting
    WHERE brand_id = %(brand_id)s AND id > %(after)s AND id < %(before)s AND kind = 'query'
    ORDER BY id LIMIT %(limit)s
) seen ORDER BY seen.id"""  # noqa: S608  # the inserted parts are ours
OF_CODES = f"""
SELECT {COLUMNS}, NULL::bigint FROM unnest(%(codes)s::bigint[]) wanted (code_no)
CROSS JOIN LATERAL (
    SELECT * FROM custody_sighting
    WHERE brand_id = %(brand_id)s AND code_no = wanted.code_no AND kind = 'query' ORDER BY at DESC LIMIT 20
) seen ORDER BY seen.at"""  # noqa: S608  # idem


@dataclass(frozen=True, slots=True)
class Look:
    """A query of a code; ``case_no`` is the pack around it, where that was asked for and is known."""

    id: int
    code_no: int
    person_id: int | None
    device: str | None
    address_hash: str | None
    county: str | None
    latitude_e6: int | None
    longitude_e6: int | None
    at: datetime
    case_no: int | None


def looks_between(session: Scope, *, after: int, before: int, limit: int) -> list[Look]:
    """Looks with ``after < id < before``, at most ``limit``, in the order of their ids."""
    return _looks(session, BETWEEN, after=after, before=before, limit=limit)


def looks_at(session: Scope, code_nos: Collection[int]) -> list[Look]:
    """The newest looks at each of the codes, twenty at most, the oldest first."""
    return _looks(session, OF_CODES, codes=list(code_nos)) if code_nos else []


def _looks(session: Scope, statement: str, **bound: Any) -> list[Look]:
    rows = raw(session).execute(statement, {"brand_id": session.info["brand_id"], **bound})
    return [Look(*row) for row in rows]
