import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.identity.errors import Forbidden
from app.identity.models import PersonRow, SessionRow
from app.identity.queries import roles_of, surviving_person
from app.identity.rules import (
    ACCESS_LASTS,
    REVOCATIONS,
    SESSION_LASTS,
    Access,
    InvalidToken,
    Refresh,
    SessionState,
    TokenAudience,
    TokenKeys,
    Tokens,
    extension,
    hash_of_jti,
    judge_refresh,
    may_enter,
    names_of,
    read_refresh,
    sign_access,
    sign_refresh,
)
from app.kit.ids import new_id

KEPT = timedelta(days=30)
SIGNED_OUT, TOKEN_REUSED = REVOCATIONS
_keys: list[TokenKeys] = []


def use_token_keys(keys: tuple[tuple[str, bytes], ...]) -> None:
    """Called once by the factory; the first key signs. Raises `WeakKey` for a key under 32 bytes."""
    _keys[:] = [TokenKeys(keys)]


def token_keys() -> TokenKeys:
    if not _keys:
        raise InvalidToken("no token keys were given")
    return _keys[0]


def open_session(session: Session, *, person_id: int, audience: TokenAudience, at: datetime) -> Tokens:
    """Begin a sign-in of a person; ``audience`` is consumer (also terminal and dealer) or console.

    Raises `Forbidden` for the console when the person holds no role there.
    """
    row = SessionRow(
        id=new_id(),
        brand_id=session.info["brand_id"],
        person_id=surviving_person(session, person_id),
        audience=audience,
        generation=0,
        created_at=at,
        rotated_at=at,
        expires_at=at + SESSION_LASTS[audience],
    )
    row.refresh_hash = hash_of_jti(_jti(row.id, 0))
    session.add(row)
    session.flush()
    tokens = _tokens(session, row, at=at)
    if tokens is None:
        raise Forbidden
    return tokens


def renew_session(session: Session, *, refresh_token: str, audience: str, at: datetime) -> Tokens | None:
    """Fresh tokens for a refresh token; None when it is not good, which may have ended its session."""
    brand_id = session.info["brand_id"]
    try:
        presented = read_refresh(token_keys(), refresh_token, brand_id=brand_id, audience=audience, at=at)
    except InvalidToken:
        return None
    rotated = _rotate(session, presented, at=at)
    row = session.scalar(
        select(SessionRow).where(SessionRow.id == presented.session_id).execution_options(populate_existing=True)
    )
    if row is None:
        return None
    verdict = "rotated" if rotated else judge_refresh(_state(row), presented, at=at)
    if verdict == "reused":
        end_session(session, session_id=row.id, at=at, reason=TOKEN_REUSED)
    return _tokens(session, row, at=at) if verdict in {"rotated", "again"} else None


def end_session(session: Session, *, session_id: int, at: datetime, reason: str = SIGNED_OUT) -> None:
    """Sign out: the refresh token dies with the session, access tokens at their next use."""
    session.execute(
        update(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.revoked_at.is_(None))
        .values(revoked_at=at, revoked_because=reason)
    )


def forget_ended_sessions(session: Session, *, at: datetime) -> None:
    """Delete what expired long ago; until then a reused token is still recognised."""
    session.execute(delete(SessionRow).where(SessionRow.expires_at < at - KEPT))


def kill_tokens(session: Session, person_id: int) -> None:
    """Every access token of the person is refused from the commit on; a refresh gives one with today's roles."""
    session.execute(
        update(PersonRow)
        .where(PersonRow.id == surviving_person(session, person_id))
        .values(token_generation=PersonRow.token_generation + 1)
    )


def _rotate(session: Session, presented: Refresh, *, at: datetime) -> bool:
    """Replace the refresh token if it is still the one presented; of two racing requests one succeeds."""
    rotation = presented.rotation + 1
    values = {
        "refresh_hash": hash_of_jti(_jti(presented.session_id, rotation)),
        "generation": rotation,
        "rotated_at": at,
    }
    if extended := extension(presented.audience, at=at):
        values["expires_at"] = extended
    done = session.execute(
        update(SessionRow)
        .where(
            SessionRow.id == presented.session_id,
            SessionRow.audience == presented.audience,
            SessionRow.generation == presented.rotation,
            SessionRow.refresh_hash == hash_of_jti(presented.jti),
            SessionRow.revoked_at.is_(None),
            SessionRow.expires_at > at,
        )
        .values(**values)
        .returning(SessionRow.id)
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None


def _state(row: SessionRow) -> SessionState:
    return SessionState(
        rotation=row.generation,
        rotated_at=row.rotated_at,
        expires_at=row.expires_at,
        revoked=row.revoked_at is not None,
    )


def _jti(session_id: int, rotation: int) -> str:
    """The name of a session's n-th refresh token: computed, so that it can be given out again in the grace."""
    return token_keys().derive(f"refresh:{session_id}:{rotation}")


def _tokens(session: Session, row: SessionRow, *, at: datetime) -> Tokens | None:
    """Tokens for the person, from now on their survivor; None when the console is closed to them by now."""
    row.person_id = person_id = surviving_person(session, row.person_id)
    names = names_of(roles_of(session, person_id))
    if not may_enter(row.audience, names, "GET"):
        return None
    generation = session.scalars(select(PersonRow.token_generation).where(PersonRow.id == person_id)).one()
    access = Access(row.brand_id, person_id, row.id, row.audience, generation, names)
    expires_at = min(at + ACCESS_LASTS, row.expires_at)
    jti = _jti(row.id, row.generation)
    refresh = Refresh(row.brand_id, person_id, row.id, row.audience, row.generation, jti)
    return Tokens(
        sign_access(token_keys(), access, jti=secrets.token_hex(8), at=at, expires_at=expires_at),
        sign_refresh(token_keys(), refresh, at=row.rotated_at, expires_at=row.expires_at),
        int((expires_at - at).total_seconds()),
    )
