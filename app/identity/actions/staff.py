import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import case, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.identity.actions.audit import record
from app.identity.actions.people import make_person
from app.identity.actions.roles import grant_role
from app.identity.errors import WeakPassword
from app.identity.models import StaffLoginRow, StaffMemberRow
from app.identity.queries import StaffLogin, staff_login
from app.identity.rules import LOCKED_FOR, TRIES, is_acceptable_password, matching_step
from app.kit import sealing
from app.kit.errors import Unavailable
from app.kit.ids import new_id
from app.kit.resealing import sealed_column

HASHES_AT_ONCE = 2
HASH_WAIT_SECONDS = 5
_hasher = PasswordHasher()  # argon2id, RFC 9106: 64 MiB, about 0.1 s
_hashing = threading.BoundedSemaphore(HASHES_AT_ONCE)
_nobody: list[str] = []


@dataclass(frozen=True, slots=True)
class NewStaff:
    """``totp_secret`` and ``totp_uri`` are shown once; None when the login existed for another brand."""

    login_id: int
    person_id: int
    totp_secret: str | None
    totp_uri: str | None


def create_staff(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    role: str,
    at: datetime,
    totp_secret: str | None = None,
    by: int | None = None,
) -> NewStaff:
    """Give somebody a login and a role (brand_admin, brand_operator, auditor) in the session's brand.

    A login that exists already keeps its password and TOTP secret and only joins the brand. Raises
    `WeakPassword`, `WrongScope`.
    """
    secret = totp_secret or pyotp.random_base32()
    is_new = _add_login(session, email=email, name=name, password=password, secret=secret, at=at)
    login = staff_login(session, email)
    if login is None:
        raise LookupError(email)
    person_id = login.person_id or _join_brand(session, login, at=at)
    grant_role(session, person_id=person_id, role=role, scope_id=session.info["brand_id"], by=by, at=at)
    record(
        session,
        actor=by,
        action="identity.staff_created",
        subject=f"person:{person_id}",
        before=None,
        after={"email": login.email, "name": name, "role": role},
        at=at,
    )
    uri = pyotp.TOTP(secret).provisioning_uri(name=login.email, issuer_name="Malu")
    return NewStaff(login.id, person_id, secret if is_new else None, uri if is_new else None)


def password_fits(login: StaffLogin | None, password: str) -> bool:
    """Whether the password is the login's; as slow for a login that does not exist. Call outside transactions.

    At most two hashes run at once in a process, so that sign-ins cannot take the memory of everything else;
    raises `Unavailable` when none gets its turn.
    """
    with _turn():
        stored = login.password_hash if login else _hash_of_nobody()
        try:
            return _hasher.verify(stored, password) and login is not None
        except (Argon2Error, InvalidHashError):
            return False


def pass_totp(session: Session, login: StaffLogin, code: str, *, at: datetime) -> bool:
    """Use a one-time code up: each time step once, none while the login is locked."""
    secret = sealing.open_sealed(login.totp_sealed, context=totp_context(login.email)).decode()
    step = matching_step(secret, code, at=at)
    if step is None:
        return False
    used = session.execute(
        update(StaffLoginRow)
        .where(
            StaffLoginRow.id == login.id,
            StaffLoginRow.last_totp_step < step,
            or_(StaffLoginRow.locked_until.is_(None), StaffLoginRow.locked_until <= at),
        )
        .values(last_totp_step=step, failures=0, locked_until=None)
        .returning(StaffLoginRow.id)
    )
    return used.first() is not None


def note_failure(session: Session, login: StaffLogin, *, at: datetime) -> None:
    """Count a failed try; every fifth in a row locks the login for a quarter of an hour."""
    failures = StaffLoginRow.failures + 1
    locked = case((failures % TRIES == 0, at + LOCKED_FOR), else_=StaffLoginRow.locked_until)
    session.execute(
        update(StaffLoginRow)
        .where(StaffLoginRow.id == login.id)
        .values(failures=failures, locked_until=locked)
        .execution_options(synchronize_session=False)
    )


def totp_context(email: str) -> str:
    return f"totp:{email}"


sealed_column(StaffLoginRow.totp_sealed, lambda row: totp_context(row.email))


def _add_login(session: Session, *, email: str, name: str, password: str, secret: str, at: datetime) -> bool:
    """Whether the login is new."""
    if not is_acceptable_password(password):
        raise WeakPassword
    address = email.strip().lower()
    statement = (
        insert(StaffLoginRow)
        .values(
            id=new_id(),
            email=address,
            name=name,
            password_hash=_hasher.hash(password),
            totp_sealed=sealing.seal(secret.encode(), context=totp_context(address)),
            last_totp_step=0,
            failures=0,
            created_at=at,
        )
        .on_conflict_do_nothing(index_elements=["email"])
        .returning(StaffLoginRow.id)
    )
    return session.execute(statement).first() is not None


def _join_brand(session: Session, login: StaffLogin, *, at: datetime) -> int:
    person_id = make_person(session, nickname=login.name, at=at)
    session.add(StaffMemberRow(staff_login_id=login.id, person_id=person_id))
    session.flush()
    return person_id


@contextmanager
def _turn() -> Iterator[None]:
    if not _hashing.acquire(timeout=HASH_WAIT_SECONDS):
        raise Unavailable
    try:
        yield
    finally:
        _hashing.release()


def _hash_of_nobody() -> str:
    """Something to compare with when the e-mail is unknown, made once in a process."""
    if not _nobody:
        _nobody.append(_hasher.hash("nobody has this password"))
    return _nobody[0]
