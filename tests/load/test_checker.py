"""The checker passes what is right and fails both naive ways to pay a claim."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from redis import Redis

from tests.load.checker import Heard, check
from tests.load.naive import (
    BRAND,
    PRIZE_FEN,
    Killed,
    ask_redis_first,
    count_sales,
    launch,
    look_then_write,
    naive_schema,
)


@pytest.fixture
def connect(database_url):
    with naive_schema(database_url.replace("+psycopg", "", 1)) as opener:
        with opener() as connection:
            launch(connection, codes=10, people=3)
        yield opener


@pytest.fixture
def redis(services):
    with Redis.from_url(services.redis_url) as client:
        yield client
        for key in client.scan_iter(f"naive:{os.getpid()}:*"):
            client.delete(key)


def nothing():
    return None


def dies():
    raise Killed


def broken(connect, heard):
    with connect() as connection:
        count_sales(connection)
        found = check(connection, brand_id=BRAND, heard=heard)
    return {number for number, facts in found.items() if facts}


def race(connect, claim, *attempts):
    """The attempts at once, each with a connection of its own and a pause in which the others catch up."""
    together = Barrier(len(attempts), timeout=20)

    def run(attempt):
        with connect() as connection:
            return claim(connection, *attempt, together.wait)

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(run, attempts))


def test_looking_before_writing_is_right_while_nobody_hurries(connect):
    with connect() as connection:
        heard = [
            look_then_write(connection, code_no, person, nothing) for code_no in (0, 1) for person in (1, 2, 1)
        ]
    assert [answer.prize_fen for answer in heard] == [PRIZE_FEN, None, PRIZE_FEN] * 2
    assert broken(connect, heard) == set()


def test_two_who_look_together_both_win_and_the_checker_sees_it(connect):
    heard = race(connect, look_then_write, (0, 1), (0, 2))
    assert [answer.prize_fen for answer in heard] == [PRIZE_FEN, PRIZE_FEN]
    assert 1 in broken(connect, heard)


def test_the_ledger_alone_does_not_notice_a_double_win(connect):
    assert broken(connect, race(connect, look_then_write, (0, 1), (0, 2))).isdisjoint({4, 5, 6})


def test_redis_as_the_gate_is_right_while_nothing_dies(connect, redis):
    with connect() as connection:
        heard = [ask_redis_first(connection, redis, 0, person, nothing) for person in (1, 2, 1)]
    assert [answer.prize_fen for answer in heard] == [PRIZE_FEN, None, PRIZE_FEN]
    assert broken(connect, heard) == set()


def test_a_kill_behind_the_gate_takes_the_code_from_everybody(connect, redis):
    with connect() as connection:
        with pytest.raises(Killed):
            ask_redis_first(connection, redis, 0, 1, dies)
        heard = [ask_redis_first(connection, redis, 0, person, nothing) for person in (1, 2)]
    assert [answer.prize_fen for answer in heard] == [None, None]
    assert broken(connect, heard) == {3}


def test_a_killed_redis_forgets_who_has_won(connect, redis):
    with connect() as connection:
        first = ask_redis_first(connection, redis, 0, 1, nothing)
        redis.delete(f"naive:{os.getpid()}:0")
        second = ask_redis_first(connection, redis, 0, 2, nothing)
    assert 1 in broken(connect, [first, second])


def test_a_balance_that_is_read_and_written_back_loses_money(connect, redis):
    def claim(connection, code_no, person_id, pause):
        return ask_redis_first(connection, redis, code_no, person_id, pause)

    heard = race(connect, claim, (0, 1), (1, 1))
    assert broken(connect, heard) == {5}


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE rewards_claim SET person_id = 3", 2),
        ("DELETE FROM ledger_posting", 4),
        ("UPDATE ledger_account SET balance = balance + 1 WHERE kind = 'wallet'", 5),
        ("UPDATE ledger_posting SET destination_id = source_id", 6),
        ("DELETE FROM attribution_sale", 7),
        ("INSERT INTO kit_job (brand_id, cause) VALUES (1, 'stuck')", 7),
        ("UPDATE campaigns_tier SET count = 0", 8),
        ("UPDATE campaigns_campaign SET codes = 1, first_no = 5", 8),
    ],
)
def test_each_kind_of_damage_breaks_its_invariant(connect, statement, number):
    with connect() as connection:
        heard = [look_then_write(connection, 0, 1, nothing)]
        connection.execute(statement)
    assert number in broken(connect, heard)


def test_a_win_that_nobody_heard_of_is_a_fault(connect):
    with connect() as connection:
        look_then_write(connection, 0, 1, nothing)
    assert broken(connect, [Heard(0, 2, None)]) == {3}
