"""Claims that risk did not let pass, written down for staff, for appeals and for the next round."""

from datetime import datetime

from sqlalchemy.orm import Session

from app import custody, identity, risk
from app.kit.database import Scope
from app.kit.ids import new_id
from app.scans.actions.deciding import Whence
from app.scans.queries.known import Known


def note_held(
    session: Session, found: Known, not_paid: risk.NotPaid, *, actor: identity.Actor, whence: Whence, at: datetime
) -> int:
    """The id of the refusal, which an appeal names."""
    path = custody.lineage(session, found.read.code_no)
    seen = risk.Seen(
        kind="held",
        at=at,
        code_no=found.read.code_no,
        pack=risk.pack_of(found.read.code_no, path.path[1].code_no if len(path.path) > 1 else None),
        person_id=actor.person_id,
        device=whence.device,
        address=whence.address,
        dealer_id=path.dealer_id,
        unsold=path.terminal_id is None,
    )
    return risk.hold(session, not_paid, seen, at=at)


def note_forbidden(session: Scope, found: Known, *, person_id: int | None, whence: Whence, at: datetime) -> None:
    """Somebody asks for a code that nobody can hold honestly: never meant for goods, or not released."""
    seen = risk.Seen(
        kind="canary" if found.read.canary else "leak",
        at=at,
        code_no=found.read.code_no,
        pack=risk.pack_of(found.read.code_no, None),
        person_id=person_id,
        device=whence.device,
        address=whence.address,
    )
    risk.remember(session, [(new_id(), seen)])


def note_guessing(session: Scope, *, address: str, at: datetime) -> None:
    """An address has guessed more than its share in a minute."""
    seen = risk.Seen(kind="guess", at=at, code_no=0, pack=risk.pack_of(0, None), address=address)
    risk.remember(session, [(new_id(), seen)])
