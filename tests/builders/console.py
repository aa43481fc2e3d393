"""Staff who are signed in at the console."""

from app import identity
from app.kit import clock
from app.kit.transaction import transaction


def staff_headers(brand, role="brand_operator") -> dict[str, str]:
    """Headers of a member of staff of this brand; without a role, of a mere consumer."""
    at = clock.now()
    with transaction(brand.id) as session:
        person_id = identity.make_person(session, nickname="工作人员", at=at)
        if role:
            identity.grant_role(session, person_id=person_id, role=role, scope_id=brand.id, by=None, at=at)
        tokens = identity.open_session(
            session, person_id=person_id, audience="console" if role else "consumer", at=at
        )
    return {"Authorization": f"Bearer {tokens.access_token}"}
