"""People, their platform accounts and their tokens for tests."""

import itertools
import threading
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app import identity
from app.platforms import PlatformIdentity

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RACERS = 16
_serials = itertools.count(1)


def a_person(session: Session, *, nickname="阿芳", at=AT) -> int:
    return identity.make_person(session, nickname=nickname, at=at)


def a_platform_identity(
    *,
    openid: str | None = None,
    app_id="wx0000000000000001",
    unionid: str | None = None,
    open_account: str | None = "open-1",
    snapshot=False,
) -> PlatformIdentity:
    """An account nobody has seen yet, unless an openid is given."""
    return PlatformIdentity(
        "wechat", app_id, openid or f"o{next(_serials):08}", unionid, open_account, snapshot=snapshot
    )


def an_owner(session: Session, *, terminal_id: int, nickname="老王", at=AT) -> int:
    person_id = a_person(session, nickname=nickname, at=at)
    identity.grant_role(session, person_id=person_id, role="owner", scope_id=terminal_id, by=None, at=at)
    return person_id


def bearer(session: Session, *, person_id: int, at: datetime, audience="consumer") -> dict[str, str]:
    """Headers of somebody who has signed in; ``at`` is the present where a real server looks at them."""
    tokens = identity.open_session(session, person_id=person_id, audience=audience, at=at)
    return {"Authorization": f"Bearer {tokens.access_token}"}


def a_member_of_staff(
    session: Session, *, email: str | None = None, role="brand_admin", at=AT
) -> tuple[str, identity.NewStaff]:
    """The e-mail of a login with `PASSWORD` and `TOTP_SECRET`, and what was made."""
    address = email or f"staff{next(_serials)}@{session.info['brand_id']}.test"
    made = identity.create_staff(
        session,
        email=address,
        name="管理员",
        password=PASSWORD,
        role=role,
        totp_secret=TOTP_SECRET,
        at=at,
    )
    return address, made


def in_threads(app, work):
    """What each of sixteen threads got, all started at one signal."""
    gate, results = threading.Barrier(RACERS), []

    def run(number):
        with app.app_context():
            gate.wait()
            results.append(work(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
