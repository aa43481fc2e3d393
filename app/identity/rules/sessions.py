"""How long a sign-in lasts, and what a presented refresh token means."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.identity.rules.tokens import Refresh

ACCESS_LASTS = timedelta(minutes=15)
SESSION_LASTS = {"consumer": timedelta(days=30), "console": timedelta(hours=8)}
GRACE = timedelta(seconds=10)
REVOCATIONS = ("signed_out", "token_reused")
Verdict = Literal["again", "reused", "ended"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """``expires_in`` is the access token's life in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class SessionState:
    """``rotation`` counts the refresh tokens given out after the first."""

    rotation: int
    rotated_at: datetime
    expires_at: datetime
    revoked: bool


def hash_of_jti(jti: str) -> bytes:
    return hashlib.sha256(jti.encode()).digest()


def extension(audience: str, *, at: datetime) -> datetime | None:
    """Until when a renewal prolongs: a consumer who comes back within a month stays, staff work one shift."""
    return at + SESSION_LASTS[audience] if audience == "consumer" else None


def judge_refresh(state: SessionState, presented: Refresh, *, at: datetime) -> Verdict:
    """What a genuine refresh token means that is not the current one of its session.

    ``again``: two tabs of one browser, or a client whose answer was lost on the way, present the token that
    has only just been rotated; for a few seconds they are given the very same successor once more. A thief
    gains nothing lasting by it: whoever rotates second, owner or thief, presents an old token and ends it all.
    """
    if state.revoked or state.expires_at <= at:
        return "ended"
    if presented.rotation == state.rotation - 1 and at - state.rotated_at <= GRACE:
        return "again"
    return "reused"
