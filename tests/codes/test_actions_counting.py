"""A code that was asked about before says how often and since when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from app import codes
from app.codes import QueriedBefore
from app.kit.database import pipeline, raw

OUTER, INNER = codes.Face.OUTER, codes.Face.INNER


def ask(session, *, code_no=7, face=INNER, device="phone", at):
    return codes.note_query(session, code_no=code_no, face=face, device=device, at=at)


def test_the_first_query_counts_one(session, at):
    assert ask(session, at=at) == QueriedBefore(1, at)


def test_another_device_counts_and_the_first_time_stays(session, at):
    ask(session, at=at)
    later = at + timedelta(seconds=1)
    assert ask(session, device="another", at=later) == QueriedBefore(2, at)


def test_the_same_device_within_ten_minutes_does_not_count_again(session, at):
    ask(session, at=at)
    assert ask(session, at=at + timedelta(minutes=9, seconds=59)) == QueriedBefore(1, at)


def test_the_same_device_counts_again_after_ten_minutes(session, at):
    ask(session, at=at)
    ask(session, at=at + timedelta(minutes=9))
    assert ask(session, at=at + timedelta(minutes=10)) == QueriedBefore(2, at)


def test_a_query_without_device_always_counts(session, at):
    for times in (1, 2, 3):
        assert ask(session, device=None, at=at) == QueriedBefore(times, at)


def test_the_two_faces_of_a_code_and_its_neighbours_count_for_themselves(session, at):
    ask(session, face=OUTER, at=at)
    ask(session, code_no=8, at=at)
    assert ask(session, face=INNER, at=at) == QueriedBefore(1, at)


def test_the_count_can_be_asked_in_a_pipeline(session, brand, at):
    ask(session, at=at)
    with pipeline(session) as connection:
        known = codes.ask_query(connection, brand_id=brand.id, code_no=7, face=INNER)
        unknown = codes.ask_query(connection, brand_id=brand.id, code_no=9, face=INNER)
        counted = codes.count_query(connection, brand_id=brand.id, code_no=7, face=INNER, device="b", at=at)
    assert codes.read_query(known) == QueriedBefore(1, at)
    assert codes.read_query(unknown) is None
    assert codes.read_query(counted) == QueriedBefore(2, at)


def test_two_brands_count_for_themselves(other_brand, session, at):
    ask(session, at=at)
    cursor = codes.ask_query(raw(session), brand_id=other_brand.id, code_no=7, face=INNER)
    assert codes.read_query(cursor) is None


def test_racing_queries_are_all_counted(app, committed, at):
    def count(device):
        with app.app_context(), committed() as session:
            return ask(session, device=str(device), at=at).times

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(count, range(40))) == list(range(1, 41))
