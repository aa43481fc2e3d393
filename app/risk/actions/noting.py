"""Observations are written off the claim's path, and judged in the same transaction."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kit import cache
from app.kit.database import Scope, raw
from app.kit.ids import first_id_of, new_id
from app.kit.json_text import dumps
from app.risk.models import FlagRow, Mark, Observation, RankRow
from app.risk.queries import Tables, limits, list_key, remembered_between
from app.risk.rules import MONTH, Seen, Touched, Verdict, block_of, judge_round

ONLY = 1
HOUR = timedelta(hours=1)
KEPT = MONTH + timedelta(days=5)
E6 = 1_000_000
COLUMNS = {
    "id": "bigint",
    "kind": "text",
    "at": "timestamptz",
    "code_no": "bigint",
    "pack": "bigint",
    "block": "bigint",
    "person_id": "bigint",
    "device": "text",
    "address": "text",
    "dealer_id": "bigint",
    "far": "boolean",
    "handled": "boolean",
    "bare": "boolean",
    "unsold": "boolean",
    "age_days": "integer",
    "latitude_e6": "integer",
    "longitude_e6": "integer",
}
KEEP = f"""
INSERT INTO risk_observation (brand_id, {", ".join(COLUMNS)})
SELECT %(brand_id)s, one.* FROM unnest({", ".join(f"%({name})s::{kind}[]" for name, kind in COLUMNS.items())}) one
ON CONFLICT (brand_id, id) DO NOTHING"""  # noqa: S608  # names of columns
PUT = text("""
INSERT INTO risk_flag AS flag (brand_id, id, kind, subject, lo, hi, answer, points, reasons, rule_version,
    is_suspect, times, words, set_at, until)
VALUES (:brand_id, :id, :kind, :subject, 0, 0, :answer, :points, CAST(:reasons AS jsonb), :rule_version,
    :is_suspect, :times, '', :at, :until)
ON CONFLICT (brand_id, kind, subject) WHERE set_by IS NULL AND lifted_at IS NULL DO UPDATE SET
    answer = excluded.answer, points = excluded.points, reasons = excluded.reasons,
    rule_version = excluded.rule_version, is_suspect = excluded.is_suspect, times = excluded.times,
    set_at = excluded.set_at, until = excluded.until""")
ENDING = text("""
SELECT subject FROM risk_flag WHERE brand_id = :brand_id AND kind = 'person' AND set_by IS NULL
    AND lifted_at IS NULL AND until > :after AND until <= :upto ORDER BY until LIMIT 200""")


def take_turn(session: Session, *, at: datetime) -> int:
    """Up to which id was noted; its row stays locked, so that rounds of a brand follow one another.

    A brand that begins does not judge its past: it would not be the present by the time that was done.
    """
    fresh = {"brand_id": session.info["brand_id"], "id": ONLY, "noted_to": first_id_of(at - HOUR)}
    session.execute(insert(Mark).values(fresh).on_conflict_do_nothing())
    return session.scalars(select(Mark.noted_to).where(Mark.id == ONLY).with_for_update()).one()


def end_turn(session: Session, upto: int) -> None:
    session.execute(update(Mark).where(Mark.id == ONLY).values(noted_to=upto))


def remember(session: Scope, observed: Sequence[tuple[int, Seen]]) -> None:
    """Write observations down under the ids of what was observed; the next round judges them."""
    rows = [_row(source_id, seen) for source_id, seen in observed]
    bound: dict[str, Any] = {name: [row[name] for row in rows] for name in COLUMNS}
    raw(session).execute(KEEP, bound | {"brand_id": session.info["brand_id"]})


def note(session: Session, observed: Sequence[tuple[int, Seen]], *, after: int, upto: int, at: datetime) -> int:
    """Remember observations and judge whom they concern, one round; the flags written.

    Judged with them are what was remembered on its own with ``after < id <= upto``, and persons whose flag ends
    now: it is renewed for longer, or it just ends.
    """
    others = remembered_between(session, after=after, upto=upto)
    if observed:
        remember(session, observed)
    news = [seen for _, seen in observed] + others
    return _judge(session, Touched(news, persons=_running_out(session, at)), at=at)


def note_rank(session: Session, *, person_id: int, rank: int, at: datetime) -> int:
    """Remember what the platform thinks of a person, and judge them at once; the flags written."""
    values = {"rank": rank, "asked_at": at}
    fresh = {"brand_id": session.info["brand_id"], "id": new_id(), "person_id": person_id, **values}
    known = insert(RankRow).values(fresh)
    session.execute(known.on_conflict_do_update(index_elements=("brand_id", "person_id"), set_=values))
    return _judge(session, Touched((), persons={str(person_id)}), at=at)


def forget_old(session: Session, *, at: datetime) -> None:
    """Observations and flags that no window reaches any more."""
    session.execute(delete(Observation).where(Observation.id < first_id_of(at - KEPT)))
    session.execute(delete(FlagRow).where(FlagRow.set_by.is_(None), FlagRow.until < at - KEPT))


def _row(source_id: int, seen: Seen) -> dict[str, Any]:
    facts = {name: value for name, value in asdict(seen).items() if name != "place"}
    latitude, longitude = seen.place or (None, None)
    return facts | {
        "id": source_id,
        "block": block_of(seen.code_no),
        "latitude_e6": None if latitude is None else round(latitude * E6),
        "longitude_e6": None if longitude is None else round(longitude * E6),
    }


def _running_out(session: Session, at: datetime) -> frozenset[str]:
    bound = {
        "brand_id": session.info["brand_id"],
        "after": at - timedelta(minutes=1),
        "upto": at + timedelta(seconds=5),
    }
    return frozenset(session.execute(ENDING, bound).scalars())


def _judge(session: Session, touched: Touched, *, at: datetime) -> int:
    verdicts = judge_round(Tables(session), touched, limits(session), at=at)
    for verdict in sorted(verdicts, key=lambda one: (one.kind, one.subject)):
        session.execute(PUT, _flag(session, verdict, at))
    if verdicts:
        cache.bump(session, list_key(session.info["brand_id"]))
    return len(verdicts)


def _flag(session: Session, verdict: Verdict, at: datetime) -> dict[str, Any]:
    judged = verdict.judgement
    return {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "kind": verdict.kind,
        "subject": verdict.subject,
        "answer": judged.answer,
        "points": judged.points,
        "reasons": dumps([asdict(reason) for reason in judged.reasons]),
        "rule_version": judged.version,
        "is_suspect": judged.is_suspect,
        "times": verdict.times,
        "at": at,
        "until": verdict.until,
    }
