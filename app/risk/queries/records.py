"""What a round of judging asks for, from the tables: the newest few hundred observations of each subject."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from app.kit.database import Scope, raw
from app.risk.rules import Seen, Standing

NEWEST = {"person": 300, "case": 200, "device": 200, "address": 200, "block": 200}
COLUMN = {"person": "person_id", "case": "pack", "device": "device", "address": "address", "block": "block"}
TYPE = {"person": "bigint", "case": "bigint", "device": "text", "address": "text", "block": "bigint"}
LOOKS_TOO = {"person": "AND kind <> 'look'"}
SAMPLE, SAMPLE_AT_LEAST = 500, 100
E6 = 1_000_000
PER_MILLE = 1000
FACTS = tuple(field.name for field in fields(Seen))[:-1]
SEEN = ", ".join((*FACTS, "latitude_e6", "longitude_e6"))


def _history_sql(kind: str) -> str:
    return f"""
SELECT wanted.subject::text, newest.* FROM unnest(%(subjects)s::{TYPE[kind]}[]) wanted (subject)
CROSS JOIN LATERAL (
    SELECT {SEEN} FROM risk_observation
    WHERE brand_id = %(brand_id)s AND {COLUMN[kind]} = wanted.subject {LOOKS_TOO.get(kind, "")}
    ORDER BY id DESC LIMIT {NEWEST[kind]}
) newest"""  # noqa: S608  # names of columns


HISTORIES = {kind: _history_sql(kind) for kind in COLUMN}
RANKS = "SELECT person_id, rank FROM risk_rank WHERE brand_id = %(brand_id)s AND person_id = ANY(%(persons)s)"
CROWDS = """
SELECT device, count(DISTINCT person_id) FROM risk_observation
WHERE brand_id = %(brand_id)s AND device = ANY(%(devices)s) AND at > %(since)s GROUP BY device"""
STANDING = """
SELECT subject, answer, until, times, is_suspect FROM risk_flag
WHERE brand_id = %(brand_id)s AND kind = %(kind)s AND subject = ANY(%(subjects)s)
    AND set_by IS NULL AND lifted_at IS NULL"""
UNSOLD = """
SELECT count(*), count(*) FILTER (WHERE unsold) FROM (
    SELECT unsold FROM risk_observation WHERE brand_id = %(brand_id)s AND kind = 'claim'
    ORDER BY id DESC LIMIT %(sample)s
) newest"""


class Tables:
    """Implements `rules.Records` for the session's brand."""

    def __init__(self, session: Scope) -> None:
        self._session = session
        self._brand_id: int = session.info["brand_id"]

    def histories(self, kind: str, subjects: Collection[str]) -> Mapping[str, Sequence[Seen]]:
        if not subjects:
            return {}
        wanted: list[Any] = [int(one) for one in subjects] if TYPE[kind] == "bigint" else list(subjects)
        found: dict[str, list[Seen]] = defaultdict(list)
        for subject, *row in self._rows(HISTORIES[kind], subjects=wanted):
            found[subject].append(_seen(row))
        return {subject: sorted(history, key=lambda seen: seen.at) for subject, history in found.items()}

    def ranks(self, persons: Collection[int]) -> Mapping[int, int]:
        return dict(self._rows(RANKS, persons=list(persons)))

    def crowds(self, devices: Collection[str], since: datetime) -> Mapping[str, int]:
        rows = self._rows(CROWDS, devices=list(devices), since=since) if devices else []
        return dict(rows)

    def standing(self, kind: str, subjects: Collection[str]) -> Mapping[str, Standing]:
        if not subjects:
            return {}
        rows = self._rows(STANDING, kind=kind, subjects=list(subjects))
        return {subject: Standing(*facts) for subject, *facts in rows}

    def unsold_per_mille(self) -> int:
        """Of the brand's newest claims; all of them where there are too few to tell."""
        total, unsold = self._rows(UNSOLD, sample=SAMPLE)[0]
        return PER_MILLE if total < SAMPLE_AT_LEAST else unsold * PER_MILLE // total

    def _rows(self, statement: str, **bound: Any) -> list[Any]:
        return raw(self._session).execute(statement, {"brand_id": self._brand_id, **bound}).fetchall()


def _seen(row: Sequence[Any]) -> Seen:
    *facts, latitude, longitude = row
    place = None if latitude is None else (latitude / E6, longitude / E6)
    return Seen(**dict(zip(FACTS, facts, strict=True)), place=place)


REMEMBERED = f"""
SELECT {SEEN} FROM risk_observation WHERE brand_id = %(brand_id)s AND id > %(after)s AND id <= %(upto)s
    AND kind NOT IN ('claim', 'look') ORDER BY id LIMIT 2000"""  # noqa: S608  # names of columns


def remembered_between(session: Scope, *, after: int, upto: int) -> list[Seen]:
    """What was written down by others than the rounds: claims that were held, leaks, guesses."""
    bound = {"brand_id": session.info["brand_id"], "after": after, "upto": upto}
    return [_seen(row) for row in raw(session).execute(REMEMBERED, bound)]
