"""A code that was asked about before says how often and since when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from app import codes
from app.codes import QueriedBefore
from app.kit import statement

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


def asked(session, brand, *code_nos):
    questions = [codes.query_question(brand_id=brand.id, code_no=code_no, face=INNER) for code_no in code_nos]
    return [codes.read_query(row) for row in statement.ask(session, *questions)]


def test_counts_can_be_asked_together_with_other_questions(session, brand, at):
    ask(session, at=at)
    assert asked(session, brand, 7) == [QueriedBefore(1, at)]
    assert asked(session, brand, 9) == [None]


def test_two_brands_count_for_themselves(other_brand, session, at):
    ask(session, at=at)
    assert asked(session, other_brand, 7) == [None]


def test_racing_queries_are_all_counted(app, committed, at):
    def count(device):
        with app.app_context(), committed() as session:
            return ask(session, device=str(device), at=at).times

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(count, range(40))) == list(range(1, 41))
