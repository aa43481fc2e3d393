"""Taking an activation back, of codes that nobody has used: only here are queries and claims seen together."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app import campaigns, codes, rewards

SHOWN = 50


def revoke_activation(
    session: Session, *, ranges: Sequence[tuple[int, int]], reason: str, by: int, at: datetime
) -> int:
    """Make active codes inactive again and free them of their campaign; how many.

    All or nothing: raises `codes.states.AlreadyUsed` with the first that somebody has asked about or claimed,
    `codes.states.NotActive`, and `codes.RangeOutsideBatch`. A claim that is being written at this moment is
    either seen here, or finds the code inactive: never both.
    """
    revoked = campaigns.revoke(session, ranges=ranges, reason=reason, by=by, at=at)
    rewards.hold_claims(session)
    claimed = rewards.first_claimed(session, ranges, most=SHOWN)
    used = sorted({*claimed, *codes.states.first_queried(session, ranges, most=SHOWN)})[:SHOWN]
    if used:
        raise codes.states.AlreadyUsed(code_nos=used)
    return revoked
