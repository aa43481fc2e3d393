"""A case file on its way: notified, answered, decided, appealed, decided for good; and what follows from it."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app.diversion.errors import (
    AnswerAwaited,
    AppealTooLate,
    ConsequenceExists,
    EvidenceTooThin,
    NotStanding,
    SamePerson,
    WrongState,
)
from app.diversion.events import ConsequenceSet
from app.diversion.models import ConsequenceRow, FileRow, Policy, StepRow
from app.diversion.queries import evidence_of, get_file, get_own_file, pieces_of, policy, upheld_by
from app.diversion.rules import MOVES, awaits_answer, bears_consequences, is_too_late, judges_itself, may_follow
from app.kit import outbox
from app.kit.ids import new_id


def decide(session: Session, *, file_id: int, action: str, words: str, by: int, at: datetime) -> FileRow:
    """A step of the brand's: one of `rules.DECISIONS`.

    Raises `FileUnknown`, `WrongState`, `AnswerAwaited` for an uphold before the dealer's time has passed, and
    `SamePerson` when an appeal comes before whoever upheld the file.
    """
    file = get_file(session, file_id)
    if awaits_answer(action, file.state, file.answer_by, at):
        raise AnswerAwaited(answer_by=_instant(file.answer_by))
    if file.state in MOVES[action].before and judges_itself(action, by, upheld_by(session, file.id)):
        raise SamePerson
    return _move(session, file, action, words=words, by=by, at=at)


def speak(
    session: Session,
    *,
    file_id: int,
    dealer_ids: Collection[int],
    action: str,
    words: str,
    by: int,
    at: datetime,
) -> FileRow:
    """A step of the dealer's: ``answer`` or ``appeal``. Raises `FileUnknown`, `WrongState` and `AppealTooLate`."""
    file = get_own_file(session, file_id, dealer_ids)
    if is_too_late(action, file.appeal_by, at):
        raise AppealTooLate(appeal_by=_instant(file.appeal_by))
    return _move(session, file, action, words=words, by=by, at=at)


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _move(session: Session, file: FileRow, action: str, *, words: str, by: int, at: datetime) -> FileRow:
    """The transition, if the file is still in the state that was looked at."""
    move = MOVES[action]
    if file.state not in move.before:
        raise WrongState(state=file.state)
    values = {"state": move.after} | _deadlines(action, policy(session), at)
    if move.verdict is not None:
        values["verdict"] = move.verdict
    statement = update(FileRow).where(FileRow.id == file.id, FileRow.state == file.state).values(**values)
    if session.scalar(statement.returning(FileRow.id)) is None:
        session.refresh(file)
        raise WrongState(state=file.state)
    step = StepRow(file_id=file.id, action=action, state=move.after, side=move.side, by=by, words=words, at=at)
    session.add(step)
    session.flush()
    session.refresh(file)
    return file


def _deadlines(action: str, chosen: Policy, at: datetime) -> dict[str, Any]:
    if action == "notify":
        return {"answer_by": at + timedelta(days=chosen.answer_days)}
    return {"appeal_by": at + timedelta(days=chosen.appeal_days)} if action == "uphold" else {}


def set_consequence(
    session: Session, *, file_id: int, stage: str, starts_on: date, reason: str, by: int, at: datetime
) -> ConsequenceRow:
    """Record what follows from an upheld file, each stage once, and say so to whoever acts on it.

    Raises `FileUnknown`, `NotStanding`, `EvidenceTooThin` and `ConsequenceExists`.
    """
    file = get_file(session, file_id, lock=True)
    if not may_follow(stage, state=file.state, verdict=file.verdict, appeal_by=file.appeal_by, at=at):
        raise NotStanding(state=file.state)
    if not bears_consequences(pieces_of(evidence_of(session, file.id))):
        raise EvidenceTooThin
    row = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "file_id": file.id,
        "dealer_id": file.dealer_id,
        "stage": stage,
        "starts_on": starts_on,
        "reason": reason,
        "set_by": by,
        "set_at": at,
    }
    statement = insert_or_skip(ConsequenceRow).values(row).on_conflict_do_nothing().returning(ConsequenceRow)
    made = session.scalar(statement)
    if made is None:
        raise ConsequenceExists
    outbox.publish(session, _event(made), at=at)
    return made


def _event(made: ConsequenceRow) -> ConsequenceSet:
    return ConsequenceSet(
        cause=f"consequence:{made.id}",
        consequence_id=made.id,
        file_id=made.file_id,
        dealer_id=made.dealer_id,
        stage=made.stage,
        starts_on=made.starts_on,
    )


def set_policy(session: Session, *, noise_ppm: int, answer_days: int, appeal_days: int, at: datetime) -> None:
    """Choose what the brand tolerates from now on; what was judged before keeps the figures it was judged by."""
    values = {
        "noise_ppm": noise_ppm,
        "answer_days": answer_days,
        "appeal_days": appeal_days,
        "changed_at": at,
    }
    row = {"brand_id": session.info["brand_id"], "id": 1, **values}
    statement = insert_or_skip(Policy).values(row)
    session.execute(statement.on_conflict_do_update(index_elements=[Policy.brand_id, Policy.id], set_=values))
