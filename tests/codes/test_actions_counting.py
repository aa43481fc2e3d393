"""A code that was asked about before says how often and since when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from app import codes
from app.kit import statement

OUTER, INNER = codes.Face.OUTER, codes.Face.INNER


def ask(session, *, code_no=7, face=INNER, device="phone", at):
    return codes.note_query(session, code_no=code_no, face=face, device=device, at=at)


def counted(queried):
    return queried.times, queried.first_at


def test_the_first_query_counts_one(session, at):
    assert counted(ask(session, at=at)) == (1, at)


def test_another_device_counts_and_the_first_time_stays(session, at):
    ask(session, at=at)
    later = at + timedelta(seconds=1)
    assert counted(ask(session, device="another", at=later)) == (2, at)


def test_the_same_device_within_ten_minutes_does_not_count_again(session, at):
    ask(session, at=at)
    assert counted(ask(session, at=at + timedelta(minutes=9, seconds=59))) == (1, at)


def test_the_same_device_counts_again_after_ten_minutes(session, at):
    ask(session, at=at)
    ask(session, at=at + timedelta(minutes=9))
    assert counted(ask(session, at=at + timedelta(minutes=10))) == (2, at)


def test_a_query_without_device_always_counts(session, at):
    for times in (1, 2, 3):
        assert counted(ask(session, device=None, at=at)) == (times, at)


def test_the_two_faces_of_a_code_and_its_neighbours_count_for_themselves(session, at):
    ask(session, face=OUTER, at=at)
    ask(session, code_no=8, at=at)
    assert counted(ask(session, face=INNER, at=at)) == (1, at)


def asked(session, brand, *code_nos):
    questions = [codes.query_question(brand_id=brand.id, code_no=code_no, face=INNER) for code_no in code_nos]
    return [codes.read_query(row) for row in statement.ask(session, *questions)]


def test_counts_can_be_asked_together_with_other_questions(session, brand, at):
    ask(session, at=at)
    assert [counted(one) for one in asked(session, brand, 7)] == [(1, at)]
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


def test_the_places_of_the_first_and_of_the_latest_earlier_query_are_kept(session, at):
    places = ["310101", "310115", None]
    told = [
        codes.note_query(
            session,
            code_no=7,
            face=INNER,
            device=f"d{number}",
            county=county,
            at=at + timedelta(hours=number),
        )
        for number, county in enumerate(places)
    ]
    assert (told[0].first_county, told[0].latest_at, told[0].latest_county) == ("310101", None, None)
    assert (told[1].latest_at, told[1].latest_county) == (at, "310101")
    assert (told[2].first_county, told[2].latest_at) == ("310101", at + timedelta(hours=1))
    assert told[2].latest_county == "310115"


def test_a_place_that_is_told_a_moment_later_by_the_same_device_belongs_to_the_same_query(session, at):
    ask(session, at=at)
    again = codes.note_query(
        session, code_no=7, face=INNER, device="phone", county="310101", at=at + timedelta(seconds=9)
    )
    assert (again.times, again.first_county, again.latest_at) == (1, "310101", None)
