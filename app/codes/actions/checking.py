"""The digits under scratch film: right, wrong, or locked after five wrong ones in a row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from app.codes.actions.alarms import raise_alarm
from app.codes.errors import NoSecurityCode
from app.codes.queries import printed_in, secret_context
from app.codes.rules.blocks import BlockCipher
from app.codes.rules.security import MOST_TRIES, are_right
from app.kit import sealing
from app.kit.database import raw

COUNT_TRY = f"""
INSERT INTO codes_security_try AS t (brand_id, id, tries, passed, last_at)
VALUES (%(brand_id)s, %(code_no)s, 1, 0, %(at)s)
ON CONFLICT (brand_id, id) DO UPDATE SET tries = t.tries + 1, last_at = excluded.last_at
  WHERE t.tries < {MOST_TRIES}
RETURNING tries"""  # noqa: S608  # a number of ours
NOTE_RIGHT = """
UPDATE codes_security_try SET tries = 0, passed = passed + 1, first_passed_at = coalesce(first_passed_at, %(at)s)
WHERE brand_id = %(brand_id)s AND id = %(code_no)s RETURNING passed, first_passed_at"""


@dataclass(frozen=True, slots=True)
class SecurityCheck:
    """The answer to one reading of the film: how many tries are left, how often it was read right, when first."""

    outcome: Literal["right", "wrong", "locked"]
    tries_left: int
    times: int = 0
    first_at: datetime | None = None


def check_security_code(session: Session, *, code_no: int, digits: str, at: datetime) -> SecurityCheck:
    """Compare six digits with those printed under the film of a code, and count the try.

    The caller has read ``code_no`` from a whole code: the digits mean nothing without it. Wrong digits are an
    answer and no error, so that the count is kept. Raises `NoSecurityCode` for a code that was printed without.
    """
    secret = _secret(session, code_no)
    bound = {"brand_id": session.info["brand_id"], "code_no": code_no, "at": at}
    tried = raw(session).execute(COUNT_TRY, bound).fetchone()
    if tried is None:
        return SecurityCheck("locked", 0)
    if not are_right(secret, code_no, digits):
        return _wrong(session, code_no, MOST_TRIES - tried[0], at)
    passed = raw(session).execute(NOTE_RIGHT, bound).fetchone()
    if passed is None:
        raise LookupError("the row was just written")
    return SecurityCheck("right", MOST_TRIES, *passed)


def _secret(session: Session, code_no: int) -> BlockCipher:
    row = printed_in(session, code_no)
    if row is None or not row.has_security_code:
        raise NoSecurityCode
    context = secret_context(session.info["brand_id"], row.id)
    return BlockCipher(sealing.open_sealed(row.secret_sealed, context=context))


def _wrong(session: Session, code_no: int, left: int, at: datetime) -> SecurityCheck:
    if left:
        return SecurityCheck("wrong", left)
    raise_alarm(
        session,
        kind="security_code_locked",
        cause=f"security_code_locked:{code_no}",
        subject=f"code:{code_no}",
        details={"tries": MOST_TRIES},
        at=at,
    )
    return SecurityCheck("locked", 0)
