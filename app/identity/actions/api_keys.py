from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from app.identity.actions.audit import record
from app.identity.actions.people import make_person
from app.identity.errors import UnknownApiKey
from app.identity.models import ApiKeyRow
from app.identity.rules import ApiKey, new_api_key
from app.kit.ids import new_id

USED_GRAIN = timedelta(hours=1)


def create_api_key(session: Session, *, name: str, scopes: Sequence[str], by: int, at: datetime) -> ApiKey:
    """A key for another system of the brand, shown once; what it does is signed by a person of its name."""
    key = new_api_key(new_id())
    row = ApiKeyRow(
        id=key.id,
        name=name,
        scopes=sorted(set(scopes)),
        secret_hash=key.hash,
        person_id=make_person(session, nickname=name, at=at),
        created_by=by,
        created_at=at,
    )
    session.add(row)
    session.flush()
    after: dict[str, object] = {"name": name, "scopes": row.scopes}
    _record(session, "identity.api_key_created", key.id, after, by=by, at=at)
    return key


def revoke_api_key(session: Session, *, key_id: int, by: int, at: datetime) -> None:
    """The key opens nothing from the commit on. Raises `UnknownApiKey`, also when it was revoked before."""
    revoke = update(ApiKeyRow).where(ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None))
    if session.execute(revoke.values(revoked_at=at).returning(ApiKeyRow.id)).first() is None:
        raise UnknownApiKey
    _record(session, "identity.api_key_revoked", key_id, None, by=by, at=at)


def note_use(session: Session, key_id: int, *, at: datetime) -> None:
    """Remember that a key is in use, at most once an hour."""
    stale = or_(ApiKeyRow.used_at.is_(None), ApiKeyRow.used_at < at - USED_GRAIN)
    session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id, stale).values(used_at=at))


def _record(
    session: Session, action: str, key_id: int, after: dict[str, object] | None, *, by: int, at: datetime
) -> None:
    record(session, actor=by, action=action, subject=f"api_key:{key_id}", before=None, after=after, at=at)
