from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.identity.actions.audit import record
from app.identity.actions.sessions import kill_tokens
from app.identity.errors import WrongScope
from app.identity.models import RoleRow
from app.identity.queries import same_person_ids, surviving_person
from app.identity.rules import SCOPE_OF, Actor, RoleGrant
from app.kit.cache import bump
from app.kit.ids import new_id


def grant_role(
    session: Session,
    *,
    person_id: int,
    role: str,
    scope_id: int,
    by: Actor | int | None,
    at: datetime,
) -> RoleGrant:
    """Let a person act for a terminal (owner, clerk), a dealer (dealer, salesman) or the brand (brand_…, auditor).

    For a brand role ``scope_id`` is the brand's id. Granting twice is granting once. Tokens die at once; the
    next refresh carries the role. Raises `UnknownPerson`, `WrongScope`.
    """
    grant = _checked(session, role, scope_id)
    holder = surviving_person(session, person_id)
    statement = (
        insert(RoleRow)
        .values(
            brand_id=session.info["brand_id"],
            id=new_id(),
            person_id=holder,
            role=grant.role,
            scope_kind=grant.scope_kind,
            scope_id=grant.scope_id,
            granted_by=_id_of(by),
            granted_at=at,
        )
        .on_conflict_do_nothing()
        .returning(RoleRow.id)
    )
    if session.execute(statement).first() is not None:
        _note_change(session, "identity.role_granted", holder, grant, by=by, at=at)
    return grant


def end_role(
    session: Session,
    *,
    person_id: int,
    role: str,
    scope_id: int,
    by: Actor | int | None,
    at: datetime,
) -> bool:
    """Take a role away, with the tokens that speak of it; whether it was held."""
    grant = _checked(session, role, scope_id)
    ended = session.execute(
        update(RoleRow)
        .where(
            RoleRow.person_id.in_(same_person_ids(session, person_id)),
            RoleRow.role == grant.role,
            RoleRow.scope_kind == grant.scope_kind,
            RoleRow.scope_id == grant.scope_id,
            RoleRow.ended_at.is_(None),
        )
        .values(ended_at=func.greatest(at, RoleRow.granted_at), ended_by=_id_of(by))
        .returning(RoleRow.id)
        .execution_options(synchronize_session=False)
    )
    held = bool(ended.all())
    if held:
        holder = surviving_person(session, person_id)
        _note_change(session, "identity.role_ended", holder, grant, by=by, at=at)
    return held


def _checked(session: Session, role: str, scope_id: int) -> RoleGrant:
    kind = SCOPE_OF.get(role)
    if kind is None or (kind == "brand" and scope_id != session.info["brand_id"]):
        raise WrongScope(role=role)
    return RoleGrant(role, kind, scope_id)


def _id_of(by: Actor | int | None) -> int | None:
    return by.person_id if isinstance(by, Actor) else by


def _note_change(
    session: Session,
    action: str,
    person_id: int,
    grant: RoleGrant,
    *,
    by: Actor | int | None,
    at: datetime,
) -> None:
    kill_tokens(session, person_id)
    if grant.role == "owner":
        bump(session, session.info["brand_id"])  # processes remember whom a terminal's commission is paid to
    held = {"role": grant.role, "scope": f"{grant.scope_kind}:{grant.scope_id}"}
    before, after = (held, None) if action == "identity.role_ended" else (None, held)
    record(session, actor=by, action=action, subject=f"person:{person_id}", before=before, after=after, at=at)
