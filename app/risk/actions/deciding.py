"""In the claim: nothing for whom the list does not name; and what is written down of a claim that was not paid."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import identity
from app.kit.database import Scope
from app.kit.errors import AppError
from app.kit.ids import new_id
from app.risk.actions.noting import remember
from app.risk.errors import Deferred, Refused, VerifyFirst
from app.risk.models import FlagRow, Held
from app.risk.queries import Tables
from app.risk.rules import VERSION, Asker, Flag, Seen, Watch, answer_for_case, pack_of

ERRORS: dict[str, type[AppError]] = {"refuse": Refused, "defer": Deferred, "verify_first": VerifyFirst}


class NotPaid(Exception):
    """A claim that the list does not let pass; the shell writes it down and answers with its refusal."""

    names: ClassVar[dict[str, type[AppError]]] = ERRORS

    def __init__(self, flag: Flag, answer: str) -> None:
        super().__init__(answer)
        self.flag = flag
        self.answer = answer

    def refusal(self, held_id: int) -> AppError:
        return self.names[self.answer](held=str(held_id))


def require_trust(session: Scope, watch: Watch, asker: Asker, *, at: datetime) -> None:
    """Raises `NotPaid` for whom the list names. For everybody else this is a look into memory, without SQL."""
    flag = watch.answer(asker, at=at)
    if flag is None:
        return
    answer = _answer(session, flag, asker, at)
    if answer != "pay":
        raise NotPaid(flag, answer)


def _answer(session: Scope, flag: Flag, asker: Asker, at: datetime) -> str:
    answer = flag.answer
    if flag.kind == "case" and not flag.by_staff:
        answer = _answer_for_case(session, asker, at)
    if answer == "verify_first" and identity.has_phone(session, asker.person_id):
        return "pay"
    return answer


def _answer_for_case(session: Scope, asker: Asker, at: datetime) -> str:
    tables, person = Tables(session), str(asker.person_id)
    history = tables.histories("person", [person]).get(person, ())
    standing = tables.standing("case", {str(seen.pack) for seen in history})
    listed = {int(pack) for pack, one in standing.items() if one.until > at}
    return answer_for_case(history, listed, pack_of(asker.code_no, asker.case_no), at=at)


def hold(session: Session, not_paid: NotPaid, seen: Seen, *, at: datetime) -> int:
    """Write down that a claim was not paid, with the flag's reasons as they are; the id of the refusal."""
    flag = session.scalar(select(FlagRow).where(FlagRow.id == not_paid.flag.id))
    held = Held(
        id=new_id(),
        person_id=seen.person_id,
        code_no=seen.code_no,
        flag_id=not_paid.flag.id,
        kind=not_paid.flag.kind,
        answer=not_paid.answer,
        points=flag.points if flag else 0,
        reasons=flag.reasons if flag else [],
        rule_version=flag.rule_version if flag else VERSION,
        at=at,
    )
    session.add(held)
    session.flush()
    remember(session, [(held.id, seen)])
    return held.id
