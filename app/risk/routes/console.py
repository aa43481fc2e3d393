from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app import codes, identity
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract, language
from app.kit.paging import page_schema
from app.kit.transaction import transaction
from app.risk import errors, schemas
from app.risk.actions import NewEntry, add_entry, decide_appeal, lift, set_limits
from app.risk.models import Appeal, FlagRow, Held
from app.risk.queries import appeal_page, flag_page, get_held, limits
from app.risk.rules import VERSION, Limits, Reason, reason_text

console = blueprint("risk", __name__, "console")
WRITERS = ("brand_admin", "brand_operator")


@console.get("/risk-flags")
@contract(query=schemas.FlagsQuery, returns=page_schema(schemas.FlagSchema))
def list_flags(*, set_by: str | None, kind: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """风控名单: 规则发现的与人工设定的"""
    by_staff = None if set_by is None else set_by == "staff"
    with transaction(brand_id()) as session:
        found = flag_page(session, by_staff=by_staff, kind=kind, at=clock.now(), cursor=cursor, limit=limit)
    return {"items": [_flag(row) for row in found.items], "next_cursor": found.next_cursor}


@console.post("/risk-flags")
@identity.requires_role(*WRITERS)
@contract(accepts=schemas.NewEntrySchema, returns=schemas.FlagSchema, errors=(errors.SubjectUnknown,), status=201)
def add_flag(
    *, kind: str, subject: str, first: str, last: str, answer: str, words: str, days: int | None
) -> dict[str, Any]:
    """加入黑名单或白名单"""
    by, at = identity.current_actor().person_id, clock.now()
    until = None if days is None else at + timedelta(days=days)
    named, lo, hi = _subject(kind, subject, first, last)
    with transaction(brand_id()) as session:
        if kind == "person":
            _require_person(session, named)
        row = add_entry(session, NewEntry(kind, named, answer, words, until, lo, hi), by=by, at=at)
        after = {"kind": kind, "subject": named, "answer": answer, "words": words, "days": days}
        _audit(session, "risk.entry_added", row.id, after, at)
    return _flag(row)


@console.post("/risk-flags/<int:flag_id>/liftings")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.LiftSchema,
    returns=schemas.FlagSchema,
    errors=(errors.FlagUnknown, errors.AlreadyLifted),
    status=201,
)
def lift_flag(*, flag_id: int, words: str) -> dict[str, Any]:
    """解除名单"""
    by, at = identity.current_actor().person_id, clock.now()
    with transaction(brand_id()) as session:
        row = lift(session, flag_id=flag_id, words=words, by=by, at=at)
        _audit(session, "risk.lifted", row.id, {"subject": row.subject, "words": words}, at)
    return _flag(row)


@console.get("/risk-limits")
@contract(returns=schemas.LimitsSchema)
def show_limits() -> dict[str, Any]:
    """风控阈值"""
    with transaction(brand_id()) as session:
        mine = limits(session)
    return {"version": VERSION, "limits": asdict(mine), "defaults": asdict(Limits())}


@console.post("/risk-limits")
@identity.requires_role("brand_admin")
@contract(accepts=schemas.LimitsSchema, returns=schemas.LimitsSchema)
def change_limits(*, limits: dict[str, int]) -> dict[str, Any]:
    """设置风控阈值"""
    at = clock.now()
    with transaction(brand_id()) as session:
        set_limits(session, limits, at=at)
        _audit(session, "risk.limits_set", brand_id(), limits, at)
    return {"version": VERSION, "limits": asdict(Limits.of(limits)), "defaults": asdict(Limits())}


@console.get("/risk-appeals")
@contract(query=schemas.AppealsQuery, returns=page_schema(schemas.FullAppealSchema))
def list_appeals(*, open: bool, cursor: str | None, limit: int) -> dict[str, Any]:  # noqa: A002  # the query's word
    """申诉列表"""
    with transaction(brand_id()) as session:
        found = appeal_page(session, open_only=open, person_id=None, cursor=cursor, limit=limit)
        rows = [(row, get_held(session, row.held_id)) for row in found.items]
    return {"items": [_appeal(row, held) for row, held in rows], "next_cursor": found.next_cursor}


@console.post("/risk-appeals/<int:appeal_id>/decisions")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.DecisionSchema,
    returns=schemas.FullAppealSchema,
    errors=(errors.AppealUnknown, errors.AppealDecided),
    status=201,
)
def decide(*, appeal_id: int, granted: bool, words: str) -> dict[str, Any]:
    """处理申诉: 成立则信任此人 90 天"""
    by, at = identity.current_actor().person_id, clock.now()
    with transaction(brand_id()) as session:
        row, _ = decide_appeal(session, appeal_id=appeal_id, granted=granted, words=words, by=by, at=at)
        held = get_held(session, row.held_id)
        _audit(session, "risk.appeal_decided", row.id, {"granted": granted, "words": words}, at)
    return _appeal(row, held)


def _subject(kind: str, subject: str, first: str, last: str) -> tuple[str, int, int]:
    """What an entry is filed under, and its range; raises `SubjectUnknown` for what is no code of this brand."""
    if kind == "case":
        return str(_code_no(subject)), 0, 0
    if kind != "range":
        return subject, 0, 0
    lo, hi = _code_no(first), _code_no(last) + 1
    if lo >= hi:
        raise errors.SubjectUnknown
    return f"{lo}-{hi}", lo, hi


def _code_no(text: str) -> int:
    found = codes.read(brand_id(), text)
    if found is None:
        raise errors.SubjectUnknown
    return found.code_no


def _require_person(session: Session, subject: str) -> None:
    try:
        identity.person(session, int(subject))
    except (ValueError, identity.UnknownPerson) as error:
        raise errors.SubjectUnknown from error


def _flag(row: FlagRow) -> dict[str, Any]:
    names = ("id", "kind", "subject", "answer", "points", "rule_version", "times", "words", "set_at", "until")
    label = codes.text_of(brand_id(), int(row.subject)) if row.kind in {"case", "code"} else None
    return {name: getattr(row, name) for name in names} | {
        "label": label,
        "reasons": _reasons(row.reasons),
        "set_by": "rules" if row.set_by is None else "staff",
        "lifted_at": row.lifted_at,
    }


def _appeal(row: Appeal, held: Held) -> dict[str, Any]:
    names = ("id", "held_id", "words", "at", "decision", "decision_words", "decided_at", "person_id")
    return {name: getattr(row, name) for name in names} | {
        "code": codes.text_of(brand_id(), held.code_no),
        "answer": held.answer,
        "reasons": _reasons(held.reasons),
    }


def _reasons(reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one | {"text": reason_text(Reason(**one), language())} for one in reasons]


def _audit(session: Session, action: str, subject_id: int, after: dict[str, Any], at: datetime) -> None:
    identity.record(
        session,
        actor=identity.current_actor(),
        action=action,
        subject=f"risk:{subject_id}",
        before=None,
        after=after,
        at=at,
    )
