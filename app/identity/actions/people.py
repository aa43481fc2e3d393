from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.identity.actions.merging import merge_persons
from app.identity.errors import SnapshotUser
from app.identity.models import PersonRow, PlatformAccountRow, UnionKeyRow
from app.identity.queries import person, phone_context, surviving_person
from app.identity.rules import Person, mask_phone
from app.kit import sealing
from app.kit.ids import new_id
from app.platforms import PlatformIdentity

NICKNAME_LENGTH = 64
AVATAR_LENGTH = 512


def sign_in(
    session: Session,
    *,
    identity: PlatformIdentity,
    at: datetime,
    nickname: str | None = None,
    avatar_url: str | None = None,
) -> Person:
    """The person behind a platform's account, made on first sight, merged when a unionid proves two to be one.

    Raises `SnapshotUser` before anything is written.
    """
    if identity.snapshot:
        raise SnapshotUser
    person_id = _person_of_account(session, identity, at=at)
    if identity.unionid and identity.open_account:
        person_id = _join_by_union(session, identity, person_id, at=at)
    if nickname or avatar_url:
        _describe(session, person_id, nickname=nickname, avatar_url=avatar_url)
    return person(session, person_id)


def make_person(session: Session, *, nickname: str, at: datetime) -> int:
    """A person without any platform account, for staff and imports; the id."""
    row = PersonRow(nickname=nickname[:NICKNAME_LENGTH], created_at=at)
    session.add(row)
    session.flush()
    return row.id


def note_phone(session: Session, *, person_id: int, number: str) -> str:
    """Keep a verified phone number, sealed; the masked number. Never a reason to merge persons."""
    survivor = surviving_person(session, person_id)
    sealed = sealing.seal(number.encode(), context=phone_context(session.info["brand_id"], survivor))
    masked = mask_phone(number)
    session.execute(
        update(PersonRow).where(PersonRow.id == survivor).values(phone_sealed=sealed, phone_masked=masked)
    )
    return masked


def _person_of_account(session: Session, identity: PlatformIdentity, *, at: datetime) -> int:
    known = _known_person(session, identity)
    if known is not None:
        return surviving_person(session, known)
    owner = _person_of_union(session, identity)
    candidate = owner or make_person(session, nickname="", at=at)
    if _add_account(session, identity, person_id=candidate, at=at):
        return surviving_person(session, candidate)
    if owner is None:  # somebody was faster: nothing refers to our candidate yet
        session.execute(delete(PersonRow).where(PersonRow.id == candidate))
    return _person_of_account(session, identity, at=at)


def _known_person(session: Session, identity: PlatformIdentity) -> int | None:
    return session.scalar(
        select(PlatformAccountRow.person_id).where(
            PlatformAccountRow.platform == identity.platform,
            PlatformAccountRow.app_id == identity.app_id,
            PlatformAccountRow.openid == identity.openid,
        )
    )


def _person_of_union(session: Session, identity: PlatformIdentity) -> int | None:
    if not (identity.unionid and identity.open_account):
        return None
    found = session.scalar(
        select(UnionKeyRow.person_id).where(
            UnionKeyRow.platform == identity.platform,
            UnionKeyRow.open_account == identity.open_account,
            UnionKeyRow.unionid == identity.unionid,
        )
    )
    return None if found is None else surviving_person(session, found)


def _add_account(session: Session, identity: PlatformIdentity, *, person_id: int, at: datetime) -> bool:
    """Whether the account is new; waits for a racing sign-in and then leaves the account to it."""
    statement = (
        insert(PlatformAccountRow)
        .values(
            brand_id=session.info["brand_id"],
            id=new_id(),
            platform=identity.platform,
            app_id=identity.app_id,
            openid=identity.openid,
            unionid=identity.unionid,
            person_id=person_id,
            created_at=at,
        )
        .on_conflict_do_nothing(index_elements=["brand_id", "platform", "app_id", "openid"])
        .returning(PlatformAccountRow.id)
    )
    return session.execute(statement).first() is not None


def _join_by_union(session: Session, identity: PlatformIdentity, person_id: int, *, at: datetime) -> int:
    """The unionid belongs to whoever showed it first; a second person who shows it is the same human."""
    session.execute(
        insert(UnionKeyRow)
        .values(
            brand_id=session.info["brand_id"],
            id=new_id(),
            platform=identity.platform,
            open_account=identity.open_account,
            unionid=identity.unionid,
            person_id=person_id,
        )
        .on_conflict_do_nothing(index_elements=["brand_id", "platform", "open_account", "unionid"])
    )
    owner = _person_of_union(session, identity)
    if owner is None or owner == person_id:
        return person_id
    reason = f"unionid {identity.platform} {identity.open_account}"
    return merge_persons(session, one=owner, other=person_id, reason=reason, at=at)


def _describe(session: Session, person_id: int, *, nickname: str | None, avatar_url: str | None) -> None:
    values = {
        "nickname": nickname[:NICKNAME_LENGTH] if nickname else None,
        "avatar_url": avatar_url if avatar_url and len(avatar_url) <= AVATAR_LENGTH else None,
    }
    known = {name: value for name, value in values.items() if value}
    if known:
        session.execute(update(PersonRow).where(PersonRow.id == person_id).values(**known))
