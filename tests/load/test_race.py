"""Many people want the same prizes at the same moment; one of them gets each."""

from concurrent.futures import ThreadPoolExecutor

import psycopg

from app.kit.transaction import transaction
from tests.builders.channel import bearer, someone_with
from tests.builders.scans import a_shelf
from tests.conftest import client_of
from tests.load.checker import Heard, check

RACERS = 32
CODES = 100


def test_thirty_two_racers_on_a_hundred_codes_win_exactly_a_hundred(app, brand, committed, worker, database_url):
    with committed() as session:
        shelf = a_shelf(session, units=120, per_person_day_limit=1000)
        people = [someone_with(session) for _ in range(RACERS)]
    texts = {shelf.units.lo + index: shelf.code(brand.id, index) for index in range(CODES)}
    with ThreadPoolExecutor(RACERS) as pool:
        logs = pool.map(lambda place: race(app, brand, people[place], place, texts), range(RACERS))
        heard = [answer for log in logs for answer in log]
    worker()
    assert len(heard) == RACERS * CODES
    assert sum(answer.prize_fen is not None for answer in heard) == CODES
    with psycopg.connect(database_url.replace("+psycopg", "", 1)) as connection:
        assert not any(check(connection, brand_id=brand.id, heard=heard).values())


def race(app, brand, person_id, place, texts):
    """One person tries every code; neighbours are a few codes apart, so that they keep meeting."""
    client = client_of(app, brand)
    with app.app_context(), transaction(brand.id) as session:
        headers = bearer(session, person_id)
    numbers = sorted(texts)
    return [
        claim(client, headers, person_id, code_no, texts[code_no])
        for code_no in numbers[place % 4 :] + numbers[: place % 4]
    ]


def claim(client, headers, person_id, code_no, text):
    response = client.post("/api/consumer/claims", json={"code": text}, headers=headers)
    body = response.get_json()
    if response.status_code == 409:
        assert body["error"]["code"] == "rewards.already_claimed"
        return Heard(code_no, person_id, None)
    assert response.status_code == 200, body
    return Heard(code_no, person_id, body["prize"]["amount_fen"])
