"""Signing in and merging on a real PostgreSQL."""

from collections import defaultdict
from datetime import timedelta

import psycopg.errors
import pytest
from sqlalchemy import exc, func, select, text, update

from app import identity
from app.identity.actions import merge_persons, note_phone
from app.identity.models import MergeRow, PersonRow, PlatformAccountRow
from app.identity.queries import phone_context
from app.kit import sealing
from tests.builders.identity import RACERS, a_person, a_platform_identity, in_threads

MINI, SERVICE = "wxmini", "wxservice"


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_an_account_is_the_same_person_every_time(session, at):
    account = a_platform_identity()
    first = identity.sign_in(session, identity=account, at=at)
    again = identity.sign_in(session, identity=account, at=at, nickname="阿芳")
    assert (again.id, again.nickname) == (first.id, "阿芳")
    assert count(session, PersonRow) == 1


def test_the_same_openid_under_another_app_is_another_person(session, at):
    first = identity.sign_in(session, identity=a_platform_identity(openid="o1", app_id=MINI), at=at)
    second = identity.sign_in(session, identity=a_platform_identity(openid="o1", app_id=SERVICE), at=at)
    assert first.id != second.id


def test_a_snapshot_account_is_refused_and_leaves_nothing(session, at):
    with pytest.raises(identity.SnapshotUser):
        identity.sign_in(session, identity=a_platform_identity(snapshot=True, unionid="u"), at=at)
    assert count(session, PersonRow) == count(session, PlatformAccountRow) == 0


def test_sixteen_first_sign_ins_of_one_account_make_one_person(app, committed, at):
    account = a_platform_identity()

    def sign_in(_number):
        with committed() as session:
            return identity.sign_in(session, identity=account, at=at).id

    results = in_threads(app, sign_in)
    assert len(results) == RACERS
    assert len(set(results)) == 1
    with committed() as session:
        assert count(session, PersonRow) == count(session, PlatformAccountRow) == 1


def test_sixteen_apps_that_show_one_unionid_at_once_make_one_person(app, committed, worker, at):
    def sign_in(number):
        account = a_platform_identity(app_id=f"wx{number}", unionid="u1")
        with committed() as session:
            return identity.sign_in(session, identity=account, at=at).id

    assert len(in_threads(app, sign_in)) == RACERS
    with committed() as session:
        survivors = session.scalars(select(PersonRow.id).where(PersonRow.merged_into.is_(None))).all()
        holders = session.scalars(select(PlatformAccountRow.person_id)).all()
        assert len(survivors) == 1
        assert {identity.surviving_person(session, holder) for holder in holders} == set(survivors)
        assert identity.check_invariants(session) == []
    worker()


def two_that_are_one(session, at):
    """The mini-program's person, then the service account's, then the proof that they are the same."""
    older = identity.sign_in(session, identity=a_platform_identity(app_id=MINI, unionid="u1"), at=at)
    page = a_platform_identity(app_id=SERVICE)
    younger = identity.sign_in(session, identity=page, at=at)
    assert younger.id != older.id
    proven = a_platform_identity(app_id=SERVICE, openid=page.openid, unionid="u1")
    return older.id, younger.id, identity.sign_in(session, identity=proven, at=at).id


def test_a_unionid_merges_two_persons_into_the_older(session, at):
    older, younger, found = two_that_are_one(session, at)
    assert found == older
    assert identity.surviving_person(session, younger) == older
    assert identity.same_person_ids(session, younger) == (older, younger)
    assert set(session.scalars(select(PlatformAccountRow.person_id))) == {older}
    merge = session.scalars(select(MergeRow)).one()
    assert (merge.person_id, merge.survivor_id) == (younger, older)


def test_the_older_survives_even_when_the_younger_showed_the_unionid_first(session, at):
    page = a_platform_identity(app_id=SERVICE)
    older = identity.sign_in(session, identity=page, at=at)
    identity.sign_in(session, identity=a_platform_identity(app_id=MINI, unionid="u1"), at=at)
    proven = a_platform_identity(app_id=SERVICE, openid=page.openid, unionid="u1")
    assert identity.sign_in(session, identity=proven, at=at).id == older.id


def test_a_known_unionid_needs_no_second_person(session, at):
    first = identity.sign_in(session, identity=a_platform_identity(app_id=MINI, unionid="u1"), at=at)
    second = identity.sign_in(session, identity=a_platform_identity(app_id=SERVICE, unionid="u1"), at=at)
    assert second.id == first.id
    assert count(session, PersonRow) == 1


def test_unionids_of_two_open_accounts_or_of_none_never_merge(session, at):
    accounts = [
        a_platform_identity(app_id=MINI, unionid="u1", open_account="open-1"),
        a_platform_identity(app_id=SERVICE, unionid="u1", open_account="open-2"),
        a_platform_identity(app_id="wx3", unionid="u1", open_account=None),
    ]
    assert len({identity.sign_in(session, identity=account, at=at).id for account in accounts}) == 3


def test_a_merge_is_announced_now_and_once_more_for_stragglers(session, at):
    older, younger, _ = two_that_are_one(session, at)
    asked = text("SELECT kind, args, run_at FROM kit_job WHERE brand_id = :brand_id ORDER BY run_at")
    found = defaultdict(list)
    for kind, args, run_at in session.execute(asked, {"brand_id": session.info["brand_id"]}):
        found[kind].append((args["person_id"], args["survivor_id"], run_at - at))
    twice = [(younger, older, timedelta(0)), (younger, older, timedelta(minutes=1))]
    assert found == {"campaigns.join_tallies": twice, "ledger.join_wallets": twice, "risk.join_records": twice}


def test_merging_twice_or_in_a_chain_leaves_one_survivor(session, at):
    first, second, third = (a_person(session) for _ in range(3))
    assert merge_persons(session, one=third, other=second, reason="test", at=at) == second
    assert merge_persons(session, one=second, other=third, reason="test", at=at) == second
    assert merge_persons(session, one=third, other=first, reason="test", at=at) == first
    assert {identity.surviving_person(session, one) for one in (first, second, third)} == {first}
    assert identity.same_person_ids(session, third) == (first, second, third)
    assert count(session, MergeRow) == 2
    assert identity.check_invariants(session) == []


def test_crossing_merges_do_not_wait_for_each_other_for_ever(app, committed, at):
    with committed() as session:
        one, other = a_person(session), a_person(session)

    def merge(number):
        pair = (one, other) if number % 2 else (other, one)
        with committed() as session:
            return merge_persons(session, one=pair[0], other=pair[1], reason="test", at=at)

    assert in_threads(app, merge) == [min(one, other)] * RACERS
    with committed() as session:
        assert count(session, MergeRow) == 1


def test_the_log_of_merges_cannot_be_changed(session, at):
    two_that_are_one(session, at)
    with pytest.raises(exc.DatabaseError) as refused, session.begin_nested():
        session.execute(update(MergeRow).values(reason="nothing happened"))
    assert isinstance(refused.value.orig, psycopg.errors.Error)


def test_a_phone_number_is_sealed_and_shown_masked(session, at):
    person_id = a_person(session)
    assert note_phone(session, person_id=person_id, number="13800010006") == "138****0006"
    row = session.scalars(select(PersonRow)).one()
    assert b"13800010006" not in row.phone_sealed
    assert sealing.open_sealed(row.phone_sealed, context=phone_context(row.brand_id, person_id)) == b"13800010006"
    assert identity.person(session, person_id).phone_masked == "138****0006"


def test_an_openid_is_found_through_the_survivor(session, at):
    older, younger, _ = two_that_are_one(session, at)
    for person_id in (older, younger):
        assert identity.openid_of(session, person_id=person_id, platform="wechat", app_id=SERVICE)
    assert identity.openid_of(session, person_id=older, platform="wechat", app_id="wx9") is None
    with pytest.raises(identity.UnknownPerson):
        identity.openid_of(session, person_id=1, platform="wechat", app_id=MINI)
