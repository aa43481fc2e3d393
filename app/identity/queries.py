from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.identity.errors import SignInRequired, UnknownPerson
from app.identity.models import (
    ApiKeyRow,
    AuditRow,
    MergeRow,
    PersonRow,
    PlatformAccountRow,
    RoleRow,
    StaffLoginRow,
    StaffMemberRow,
)
from app.identity.rules import (
    FIRST_PREVIOUS,
    Actor,
    Entry,
    Person,
    RoleGrant,
    hash_of_entry,
)
from app.kit import sealing
from app.kit.database import Scope, raw
from app.kit.paging import Page, page
from app.kit.resealing import sealed_column
from app.kit.statement import Question, Row

LIVENESS = """
SELECT p.id, p.token_generation FROM identity_session s
  JOIN identity_person p ON p.brand_id = s.brand_id AND p.id = s.person_id
 WHERE s.brand_id = %(brand_id)s AND s.id = %(session_id)s AND s.revoked_at IS NULL"""


PHONE = """
SELECT FROM identity_person one JOIN identity_person living
    ON living.brand_id = one.brand_id AND living.id = coalesce(one.merged_into, one.id)
WHERE one.brand_id = %s AND one.id = %s AND living.phone_masked IS NOT NULL"""
SURVIVORS = """
SELECT count(DISTINCT coalesce(merged_into, id)) FROM identity_person WHERE brand_id = %s AND id = ANY(%s)"""


@dataclass(frozen=True, slots=True)
class StaffLogin:
    """What sign-in needs to know of a login; ``person_id`` is the member's in this brand."""

    id: int
    email: str
    name: str
    password_hash: str
    totp_sealed: bytes
    person_id: int | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a role over a terminal or dealer, since when."""

    person_id: int
    nickname: str
    phone_masked: str | None
    role: str
    since: datetime


def session_question(*, brand_id: int, session_id: int) -> Question:
    """For whom a session stands today, for a hot view that asks together with others; see `require_alive`."""
    return Question(LIVENESS, 2, {"brand_id": brand_id, "session_id": session_id})


def require_alive(row: Row | None, actor: Actor) -> None:
    """Raises `SignInRequired` when the session was revoked, the roles changed or the person was merged."""
    if row != (actor.person_id, actor.generation):
        raise SignInRequired


def is_alive(session: Session, actor: Actor) -> bool:
    bound = {"brand_id": actor.brand_id, "session_id": actor.session_id}
    found = session.connection().exec_driver_sql(LIVENESS, bound).first()
    return found is not None and tuple(found) == (actor.person_id, actor.generation)


def surviving_person(session: Session, person_id: int) -> int:
    """The person as whom this one lives on: themselves unless merged. Raises `UnknownPerson`."""
    row = session.execute(select(PersonRow.id, PersonRow.merged_into).where(PersonRow.id == person_id)).first()
    if row is None:
        raise UnknownPerson(person_id=str(person_id))
    own_id, merged_into = row
    return merged_into or own_id


def is_same_person(session: Scope, one_id: int, other_id: int) -> bool:
    """Whether two ids name one human: equal, or merged into the same survivor."""
    if one_id == other_id:
        return True
    row = raw(session).execute(SURVIVORS, (session.info["brand_id"], [one_id, other_id])).fetchone()
    return row is not None and row[0] == 1


def same_person_sql(person_id: str) -> str:
    """The ids of a surviving person as a subquery, where ``person_id`` is SQL; the brand is ``%(brand_id)s``."""
    return f"""SELECT {person_id}::bigint UNION ALL
  SELECT id FROM identity_person WHERE brand_id = %(brand_id)s AND merged_into = {person_id}::bigint"""  # noqa: S608  # ours


def same_person_ids(session: Session, person_id: int) -> tuple[int, ...]:
    """Every id this human has had: the survivor's and those merged into it. Limits count over all of them."""
    survivor = surviving_person(session, person_id)
    merged = session.scalars(select(PersonRow.id).where(PersonRow.merged_into == survivor).order_by(PersonRow.id))
    return (survivor, *merged)


def person(session: Session, person_id: int) -> Person:
    """Raises `UnknownPerson`."""
    row = session.scalar(select(PersonRow).where(PersonRow.id == surviving_person(session, person_id)))
    if row is None:
        raise UnknownPerson(person_id=str(person_id))
    return Person(row.id, row.nickname, row.avatar_url, row.phone_masked)


def openid_of(session: Session, *, person_id: int, platform: str, app_id: str) -> str | None:
    """How an app names the person, for payouts and messages; the youngest where a merge left several."""
    return session.scalar(
        select(PlatformAccountRow.openid)
        .where(
            PlatformAccountRow.person_id == surviving_person(session, person_id),
            PlatformAccountRow.platform == platform,
            PlatformAccountRow.app_id == app_id,
        )
        .order_by(PlatformAccountRow.id.desc())
        .limit(1)
    )


def payee_account(session: Session, person_id: int) -> tuple[str, str, str] | None:
    """The platform, app and openid a person can be paid under: the account they joined with last."""
    row = session.execute(
        select(PlatformAccountRow.platform, PlatformAccountRow.app_id, PlatformAccountRow.openid)
        .where(PlatformAccountRow.person_id == surviving_person(session, person_id))
        .order_by(PlatformAccountRow.id.desc())
        .limit(1)
    ).first()
    return (row.platform, row.app_id, row.openid) if row else None


def roles_of(session: Session, person_id: int) -> tuple[RoleGrant, ...]:
    """The roles a person holds now, with those of the persons merged into them."""
    holder = aliased(PersonRow)
    rows = session.execute(
        select(RoleRow.role, RoleRow.scope_kind, RoleRow.scope_id)
        .join(holder, holder.id == RoleRow.person_id)
        .where(or_(holder.id == person_id, holder.merged_into == person_id), RoleRow.ended_at.is_(None))
        .order_by(RoleRow.role, RoleRow.scope_id)
        .distinct()
    )
    return tuple(RoleGrant(*row) for row in rows)


def holders(session: Session, *, scope_kind: str, scope_id: int) -> list[Holder]:
    """Who acts for a terminal or a dealer now, the one of longest standing first."""
    living = aliased(PersonRow)
    rows = session.execute(
        select(living.id, living.nickname, living.phone_masked, RoleRow.role, RoleRow.granted_at)
        .join(PersonRow, PersonRow.id == RoleRow.person_id)
        .join(living, living.id == func.coalesce(PersonRow.merged_into, PersonRow.id))
        .where(RoleRow.scope_kind == scope_kind, RoleRow.scope_id == scope_id, RoleRow.ended_at.is_(None))
        .order_by(RoleRow.granted_at, RoleRow.id)
    )
    return [Holder(*row) for row in rows]


def has_phone(session: Scope, person_id: int) -> bool:
    """Whether a platform has vouched for a number of the person; which one is not read."""
    return raw(session).execute(PHONE, (session.info["brand_id"], person_id)).fetchone() is not None


def verified_phone(session: Session, person_id: int) -> str | None:
    """The number that a platform vouched for, in full: never to be logged or shown to others."""
    survivor = surviving_person(session, person_id)
    sealed = session.scalar(select(PersonRow.phone_sealed).where(PersonRow.id == survivor))
    if sealed is None:
        return None
    return sealing.open_sealed(sealed, context=phone_context(session.info["brand_id"], survivor)).decode()


def phone_context(brand_id: int, person_id: int) -> str:
    return f"phone:{brand_id}:{person_id}"


sealed_column(PersonRow.phone_sealed, lambda row: phone_context(row.brand_id, row.id))


def owners_of_terminals(session: Session, brand_id: int, *, among: Sequence[int] | None = None) -> dict[int, int]:
    """Who is paid for each terminal: its owner, the one of longest standing where there are several."""
    theirs = RoleRow.scope_id.in_(among) if among is not None else true()
    rows = session.execute(
        select(RoleRow.scope_id, func.coalesce(PersonRow.merged_into, PersonRow.id).label("person_id"))
        .join(PersonRow, and_(PersonRow.brand_id == RoleRow.brand_id, PersonRow.id == RoleRow.person_id))
        .where(RoleRow.brand_id == brand_id, RoleRow.role == "owner", RoleRow.ended_at.is_(None))
        .where(theirs)
        .order_by(RoleRow.granted_at.desc(), RoleRow.id.desc())
    )
    return {row.scope_id: row.person_id for row in rows}


def staff_login(session: Session, email: str) -> StaffLogin | None:
    """The login of an e-mail and who it is in the session's brand."""
    row = session.execute(
        select(StaffLoginRow, StaffMemberRow.person_id)
        .outerjoin(StaffMemberRow, StaffMemberRow.staff_login_id == StaffLoginRow.id)
        .where(StaffLoginRow.email == email.strip().lower())
    ).first()
    if row is None:
        return None
    login, person_id = row
    return StaffLogin(login.id, login.email, login.name, login.password_hash, login.totp_sealed, person_id)


def staff_login_of(session: Session, person_id: int) -> StaffLogin | None:
    email = session.scalar(
        select(StaffLoginRow.email)
        .join(StaffMemberRow, StaffMemberRow.staff_login_id == StaffLoginRow.id)
        .where(StaffMemberRow.person_id == person_id)
    )
    return staff_login(session, email) if email else None


def live_api_key(session: Session, key_id: int) -> ApiKeyRow | None:
    return session.scalar(select(ApiKeyRow).where(ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None)))


def api_key_page(session: Session, *, cursor: str | None, limit: int) -> Page[ApiKeyRow]:
    return page(session, select(ApiKeyRow), ApiKeyRow.id, cursor=cursor, limit=limit)


def check_invariants(session: Session) -> list[str]:
    """What is wrong with people and the audit log; empty when all is well."""
    return [*_broken_chain(session), *_broken_merges(session)]


def entry_of(row: AuditRow) -> Entry:
    return Entry(row.brand_id, row.position, row.at, row.actor_id, row.action, row.subject, row.before, row.after)


def _broken_chain(session: Session) -> Iterator[str]:
    previous, expected = FIRST_PREVIOUS, 1
    rows = session.scalars(select(AuditRow).order_by(AuditRow.position).execution_options(yield_per=1000))
    for row in rows:
        if row.position != expected:
            yield f"identity: audit entry {expected} is missing"
        if row.previous_hash != previous or row.hash != hash_of_entry(entry_of(row), previous):
            yield f"identity: audit entry {row.position} does not fit the chain"
        previous, expected = row.hash, row.position + 1


def _broken_merges(session: Session) -> Iterator[str]:
    survivor = aliased(PersonRow)
    chained = session.scalars(
        select(PersonRow.id)
        .join(survivor, survivor.id == PersonRow.merged_into)
        .where(survivor.merged_into.is_not(None))
    )
    yield from (f"identity: person {person_id} is merged into a merged person" for person_id in chained)
    logged = select(MergeRow.person_id)
    unlogged = select(PersonRow.id).where(PersonRow.merged_into.is_not(None), PersonRow.id.not_in(logged))
    yield from (
        f"identity: the merge of person {person_id} is not logged" for person_id in session.scalars(unlogged)
    )
