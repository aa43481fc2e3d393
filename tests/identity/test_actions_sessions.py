"""Refresh tokens, revocation and liveness on a real PostgreSQL."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import identity
from app.identity.actions import end_session, forget_ended_sessions, merge_persons, renew_session
from app.identity.actions.sessions import token_keys
from app.identity.models import SessionRow
from app.identity.rules import read_access
from app.kit.cache import current_version
from app.kit.statement import ask
from tests.builders.identity import a_person, in_threads


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def actor_of(session, tokens, at):
    access = read_access(
        token_keys(), tokens.access_token, brand_id=session.info["brand_id"], audience="consumer", at=at
    )
    return identity.Actor(access.person_id, access.brand_id, "consumer", access.session_id, access.generation)


def is_alive(session, tokens, at):

    actor = actor_of(session, tokens, at)
    (row,) = ask(session, identity.session_question(brand_id=actor.brand_id, session_id=actor.session_id))
    try:
        identity.require_alive(row, actor)
    except identity.SignInRequired:
        return False
    return True


def renew(session, tokens, at, audience="consumer"):
    return renew_session(session, refresh_token=tokens.refresh_token, audience=audience, at=at)


@pytest.fixture
def tokens(session, at):
    return identity.open_session(session, person_id=a_person(session), audience="consumer", at=at)


def test_a_refresh_token_is_rotated_and_stored_only_as_a_hash(session, tokens, at):
    later = at + timedelta(minutes=14)
    renewed = renew(session, tokens, later)
    assert renewed.refresh_token != tokens.refresh_token
    assert is_alive(session, renewed, later)
    row = session.scalars(select(SessionRow)).one()
    assert row.generation == 1
    assert row.refresh_hash not in renewed.refresh_token.encode()
    assert row.expires_at == later + timedelta(days=30)


def test_two_tabs_that_refresh_together_get_the_same_successor(session, tokens, at):
    first = renew(session, tokens, at)
    second = renew(session, tokens, at + timedelta(seconds=10))
    assert second.refresh_token == first.refresh_token
    assert renew(session, second, at + timedelta(seconds=11)) is not None


def test_a_used_refresh_token_ends_the_session_of_owner_and_thief(session, tokens, at):
    stolen, own = tokens, renew(session, tokens, at)
    assert renew(session, stolen, at + timedelta(seconds=11)) is None
    assert session.scalars(select(SessionRow.revoked_because)).one() == "token_reused"
    assert renew(session, own, at + timedelta(seconds=12)) is None
    assert not is_alive(session, own, at)


def test_a_forged_refresh_token_ends_nothing(session, tokens, at):
    forged = identity.Tokens("", tokens.refresh_token[:-4] + "AAAA", 0)
    assert renew(session, forged, at) is None
    assert renew(session, tokens, at) is not None


def test_sixteen_racing_refreshes_rotate_once(app, committed, at):
    with committed() as session:
        tokens = identity.open_session(session, person_id=a_person(session), audience="consumer", at=at)

    def refresh(_number):
        with committed() as session:
            return renew(session, tokens, at).refresh_token

    assert len(set(in_threads(app, refresh))) == 1
    with committed() as session:
        assert session.scalars(select(SessionRow.generation)).one() == 1


def test_a_signed_out_session_is_neither_alive_nor_renewed(session, tokens, at):
    end_session(session, session_id=actor_of(session, tokens, at).session_id, at=at)
    assert not is_alive(session, tokens, at)
    assert renew(session, tokens, at) is None


def test_sessions_are_forgotten_a_month_after_their_end(session, tokens, at):
    forget_ended_sessions(session, at=at + timedelta(days=60))
    assert count(session, SessionRow) == 1
    forget_ended_sessions(session, at=at + timedelta(days=60, seconds=1))
    assert count(session, SessionRow) == 0


def test_a_console_session_ends_after_a_shift_however_often_it_is_renewed(session, at):
    person_id = a_person(session)
    with pytest.raises(identity.Forbidden):
        identity.open_session(session, person_id=person_id, audience="console", at=at)
    scope = session.info["brand_id"]
    identity.grant_role(session, person_id=person_id, role="auditor", scope_id=scope, by=None, at=at)
    tokens = identity.open_session(session, person_id=person_id, audience="console", at=at)
    late = at + timedelta(hours=7, minutes=59)
    renewed = renew(session, tokens, late, "console")
    assert renewed.expires_in == 60
    assert renew(session, renewed, at + timedelta(hours=8), "console") is None


def test_staff_without_a_role_left_get_no_fresh_token(session, at):
    person_id, scope = a_person(session), session.info["brand_id"]
    identity.grant_role(session, person_id=person_id, role="auditor", scope_id=scope, by=None, at=at)
    tokens = identity.open_session(session, person_id=person_id, audience="console", at=at)
    identity.end_role(session, person_id=person_id, role="auditor", scope_id=scope, by=None, at=at)
    assert renew(session, tokens, at, "console") is None


def test_a_role_change_kills_access_tokens_and_a_refresh_carries_the_new_roles(session, tokens, at):
    person_id = actor_of(session, tokens, at).person_id
    identity.grant_role(session, person_id=person_id, role="clerk", scope_id=5, by=None, at=at)
    assert not is_alive(session, tokens, at)
    renewed = renew(session, tokens, at)
    assert is_alive(session, renewed, at)
    assert identity.end_role(session, person_id=person_id, role="clerk", scope_id=5, by=None, at=at)
    assert not is_alive(session, renewed, at)


def test_the_survivor_has_the_roles_of_both_and_old_tokens_die(session, at):
    older, younger = a_person(session), a_person(session)
    identity.grant_role(session, person_id=younger, role="owner", scope_id=5, by=None, at=at)
    tokens = identity.open_session(session, person_id=younger, audience="consumer", at=at)
    before = current_version(session, session.info["brand_id"])
    merge_persons(session, one=older, other=younger, reason="test", at=at)
    assert identity.roles_of(session, older) == (identity.RoleGrant("owner", "terminal", 5),)
    assert identity.owners_of_terminals(session, session.info["brand_id"]) == {5: older}
    assert current_version(session, session.info["brand_id"]) == before + 1
    assert not is_alive(session, tokens, at)
    renewed = renew(session, tokens, at)
    assert actor_of(session, renewed, at).person_id == older
    assert is_alive(session, renewed, at)
    assert identity.end_role(session, person_id=older, role="owner", scope_id=5, by=None, at=at)
