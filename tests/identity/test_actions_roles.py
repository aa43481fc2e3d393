"""Roles and the audit log on a real PostgreSQL."""

from datetime import timedelta

import pytest
from sqlalchemy import exc, func, select, text

from app import identity
from app.identity.errors import WrongScope
from app.identity.models import AuditRow, RoleRow
from tests.builders.identity import RACERS, a_person, an_owner, in_threads


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_granting_twice_is_granting_once(session, at):
    person_id = a_person(session)
    for _ in range(2):
        identity.grant_role(session, person_id=person_id, role="owner", scope_id=5, by=None, at=at)
    assert count(session, RoleRow) == count(session, AuditRow) == 1
    assert identity.end_role(session, person_id=person_id, role="owner", scope_id=5, by=None, at=at)
    assert not identity.end_role(session, person_id=person_id, role="owner", scope_id=5, by=None, at=at)
    identity.grant_role(session, person_id=person_id, role="owner", scope_id=5, by=None, at=at)
    assert identity.roles_of(session, person_id) == (identity.RoleGrant("owner", "terminal", 5),)


def test_one_person_holds_several_roles(session, at):
    person_id = an_owner(session, terminal_id=5)
    identity.grant_role(session, person_id=person_id, role="owner", scope_id=6, by=None, at=at)
    identity.grant_role(session, person_id=person_id, role="salesman", scope_id=9, by=None, at=at)
    held = [(grant.role, grant.scope_id) for grant in identity.roles_of(session, person_id)]
    assert held == [("owner", 5), ("owner", 6), ("salesman", 9)]


@pytest.mark.parametrize(("role", "scope_id"), [("king", 1), ("consumer", 1), ("brand_admin", 5)])
def test_a_role_is_held_over_what_it_is_for(session, at, role, scope_id):
    with pytest.raises(WrongScope):
        identity.grant_role(session, person_id=a_person(session), role=role, scope_id=scope_id, by=None, at=at)


def test_the_owner_of_longest_standing_is_paid(session, at):
    first = an_owner(session, terminal_id=5, at=at)
    an_owner(session, terminal_id=5, at=at + timedelta(days=1))
    assert identity.owners_of_terminals(session, session.info["brand_id"]) == {5: first}


def note(session, at, subject="batch:1", after=None):
    identity.record(
        session, actor=1, action="codes.batch_minted", subject=subject, before=None, after=after, at=at
    )


def test_the_audit_log_is_a_chain(session, at):
    for number in range(3):
        note(session, at, after={"count": number, "rate": 0.5, "at": at})
    assert session.scalars(select(AuditRow.position).order_by(AuditRow.position)).all() == [1, 2, 3]
    session.expire_all()
    assert identity.check_invariants(session) == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE identity_audit SET subject = 'batch:2' WHERE brand_id = :brand_id AND position = 2",
        "DELETE FROM identity_audit WHERE brand_id = :brand_id AND position = 2",
    ],
)
def test_a_change_of_the_audit_log_is_refused_and_would_be_seen(session, at, tampering):
    for _ in range(3):
        note(session, at)
    bound = {"brand_id": session.info["brand_id"]}
    with pytest.raises(exc.DatabaseError), session.begin_nested():
        session.execute(text(tampering), bound)
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(tampering), bound)
    session.expire_all()
    assert identity.check_invariants(session) != []


def test_sixteen_writers_make_one_chain(app, committed, at):
    def write(number):
        with committed() as session:
            note(session, at, subject=f"batch:{number}")

    in_threads(app, write)
    with committed() as session:
        assert count(session, AuditRow) == RACERS
        assert identity.check_invariants(session) == []
