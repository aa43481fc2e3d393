"""What staff says: block and allow entries, lifting what rules found, thresholds, appeals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kit import cache
from app.kit.ids import new_id
from app.risk.errors import AlreadyLifted, AppealDecided, AppealExists
from app.risk.models import Appeal, FlagRow, Settings
from app.risk.queries import get_appeal, get_flag, get_held, list_key
from app.risk.rules import VERSION

ONLY = 1
TRUSTED_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What staff wants answered to a subject; ``until`` None lasts until it is lifted."""

    kind: str
    subject: str
    answer: str
    words: str
    until: datetime | None
    lo: int = 0
    hi: int = 0


def add_entry(session: Session, entry: NewEntry, *, by: int, at: datetime) -> FlagRow:
    """Block, put off, ask or trust; it stands above what rules find."""
    row = FlagRow(
        id=new_id(),
        kind=entry.kind,
        subject=entry.subject,
        lo=entry.lo,
        hi=entry.hi,
        answer=entry.answer,
        points=0,
        reasons=[],
        rule_version=VERSION,
        is_suspect=False,
        times=1,
        words=entry.words,
        set_by=by,
        set_at=at,
        until=entry.until,
    )
    session.add(row)
    session.flush()
    _tell(session)
    return row


def lift(session: Session, *, flag_id: int, words: str, by: int, at: datetime) -> FlagRow:
    """End a flag, whoever set it. Raises `FlagUnknown` and `AlreadyLifted`."""
    statement = (
        update(FlagRow)
        .where(FlagRow.id == flag_id, FlagRow.lifted_at.is_(None))
        .values(lifted_by=by, lifted_at=at, lift_words=words)
        .returning(FlagRow.id)
    )
    lifted = session.scalar(statement)
    row = get_flag(session, flag_id)
    if lifted is None:
        raise AlreadyLifted
    session.refresh(row)
    _tell(session)
    return row


def set_limits(session: Session, chosen: Mapping[str, int], *, at: datetime) -> None:
    """The brand's own thresholds, in place of those before."""
    values: dict[str, Any] = {"limits": dict(chosen), "changed_at": at}
    fresh = insert(Settings).values({"brand_id": session.info["brand_id"], "id": ONLY, **values})
    session.execute(fresh.on_conflict_do_update(index_elements=("brand_id", "id"), set_=values))


def lodge_appeal(session: Session, *, held_id: int, person_id: int, words: str, at: datetime) -> Appeal:
    """One appeal for a refusal. Raises `HeldUnknown` and `AppealExists`."""
    held = get_held(session, held_id, person_id=person_id)
    row = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "held_id": held.id,
        "person_id": person_id,
        "words": words,
        "at": at,
    }
    made: Appeal | None = session.scalar(insert(Appeal).values(row).on_conflict_do_nothing().returning(Appeal))
    if made is None:
        raise AppealExists
    return made


def decide_appeal(
    session: Session, *, appeal_id: int, granted: bool, words: str, by: int, at: datetime
) -> tuple[Appeal, FlagRow | None]:
    """Grant or deny; whoever is in the right is trusted for a season. Raises `AppealUnknown`, `AppealDecided`."""
    appeal = get_appeal(session, appeal_id)
    decision = "granted" if granted else "denied"
    statement = (
        update(Appeal)
        .where(Appeal.id == appeal_id, Appeal.decision.is_(None))
        .values(decision=decision, decision_words=words, decided_by=by, decided_at=at)
        .returning(Appeal.id)
    )
    if session.scalar(statement) is None:
        raise AppealDecided
    session.refresh(appeal)
    if not granted:
        return appeal, None
    trusted = NewEntry("person", str(appeal.person_id), "pay", words, at + TRUSTED_FOR)
    return appeal, add_entry(session, trusted, by=by, at=at)


def _tell(session: Session) -> None:
    cache.bump(session, list_key(session.info["brand_id"]))
