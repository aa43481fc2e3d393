"""Two plausible ways to pay a claim that are wrong: controls that must make the checker fail.

They keep the product's own tables, without its keys, in a schema of their own. `pause` is called where another
claimant, or a kill -9, may come in between.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.load.checker import Connection, Heard

SCHEMA = "naive"
BRAND = 1
CAMPAIGN = 5
BUDGET = 7
PRIZE_FEN = 30
TABLES = (
    "rewards_claim",
    "ledger_account",
    "ledger_transaction",
    "ledger_posting",
    "commissions_commission",
    "attribution_sale",
    "attribution_day_total",
    "kit_job",
    "campaigns_campaign",
    "campaigns_tier",
)
Pause = Callable[[], Any]


class Killed(Exception):
    """The process dies here: nothing behind this line happens, and nobody gets an answer."""


@contextmanager
def naive_schema(address: str) -> Iterator[Callable[[], Connection]]:
    """A schema with the product's columns and none of its constraints; gives a way to connect to it."""

    def connect() -> Connection:
        return psycopg.connect(address, autocommit=True, options=f"-c search_path={SCHEMA}")

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in TABLES:
            connection.execute(f"CREATE TABLE {SCHEMA}.{table} AS TABLE public.{table} WITH NO DATA".encode())
        connection.execute(f"CREATE SEQUENCE {SCHEMA}.ids START 1000")
    try:
        yield connect
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def launch(connection: Connection, *, codes: int, people: int) -> None:
    """A campaign in which each of the codes 0 … wins one prize, unclaimed so far, and people 1 … with a wallet."""
    with connection.transaction():
        connection.execute(
            "INSERT INTO campaigns_campaign (brand_id, id, codes, first_no) VALUES (%s, %s, %s, 0)",
            (BRAND, CAMPAIGN, codes),
        )
        connection.execute(
            "INSERT INTO campaigns_tier (brand_id, campaign_id, position, amount_fen, count)"
            " VALUES (%s, %s, 0, %s, %s)",
            (BRAND, CAMPAIGN, PRIZE_FEN, codes),
        )
        connection.execute(
            "INSERT INTO ledger_account (brand_id, id, unit, kind) VALUES (%s, %s, 'fen', 'budget')",
            (BRAND, BUDGET),
        )
        connection.execute(
            "INSERT INTO ledger_account (brand_id, id, unit, kind, party_id, balance)"
            " SELECT %s, 100 + n, 'fen', 'wallet', n, 0 FROM generate_series(1, %s) AS n",
            (BRAND, people),
        )


def look_then_write(connection: Connection, code_no: int, person_id: int, pause: Pause) -> Heard:
    """Control 1: SELECT whether the code is free, then write. Two who look together both win."""
    with connection.transaction():
        query = "SELECT person_id FROM rewards_claim WHERE brand_id = %s AND code_no = %s"
        taken = connection.execute(query, (BRAND, code_no)).fetchone()
        pause()
        if taken is not None:
            return Heard(code_no, person_id, PRIZE_FEN if taken[0] == person_id else None)
        _claim(connection, code_no, person_id)
        query = "UPDATE ledger_account SET balance = balance + %s WHERE party_id = %s"
        connection.execute(query, (PRIZE_FEN, person_id))
        _post(connection, code_no, person_id)
    return Heard(code_no, person_id, PRIZE_FEN)


def ask_redis_first(connection: Connection, redis: Any, code_no: int, person_id: int, pause: Pause) -> Heard:
    """Control 2: SETNX in Redis is the gate, and the balance is read, added to and written back."""
    gate = f"naive:{os.getpid()}:{code_no}"
    if not redis.set(gate, person_id, nx=True):
        holder = int(redis.get(gate) or 0)
        kept = "SELECT 1 FROM rewards_claim WHERE code_no = %s AND person_id = %s"
        mine = holder == person_id and connection.execute(kept, (code_no, person_id)).fetchone()
        return Heard(code_no, person_id, PRIZE_FEN if mine else None)
    pause()
    with connection.transaction():
        _claim(connection, code_no, person_id)
        query = "SELECT balance FROM ledger_account WHERE party_id = %s"
        row = connection.execute(query, (person_id,)).fetchone()
        pause()
        query = "UPDATE ledger_account SET balance = %s WHERE party_id = %s"
        connection.execute(query, (row[0] + PRIZE_FEN if row else PRIZE_FEN, person_id))
        _post(connection, code_no, person_id)
    return Heard(code_no, person_id, PRIZE_FEN)


def count_sales(connection: Connection) -> None:
    """The outbox's work: without it invariant 7 would fail for another reason than the flaw."""
    connection.execute(
        "INSERT INTO attribution_day_total (brand_id, party_kind, party_id, day, sales)"
        " SELECT brand_id, 'dealer', 1, '2026-11-02', count(*) FROM attribution_sale GROUP BY brand_id"
    )


def _claim(connection: Connection, code_no: int, person_id: int) -> None:
    connection.execute(
        "INSERT INTO rewards_claim (brand_id, code_no, share_no, person_id, campaign_id, rank, tier_no,"
        " amount_fen) VALUES (%s, %s, 1, %s, %s, %s, 0, %s)",
        (BRAND, code_no, person_id, CAMPAIGN, code_no, PRIZE_FEN),
    )
    connection.execute(
        "INSERT INTO attribution_sale (brand_id, source, source_id, person_id, dealer_id, at)"
        " VALUES (%s, 'claim', %s, %s, 1, '2026-11-02 04:00Z')",
        (BRAND, f"{code_no}:1", person_id),
    )


def _post(connection: Connection, code_no: int, person_id: int) -> None:
    connection.execute(
        "WITH txn AS (INSERT INTO ledger_transaction (brand_id, id, cause)"
        " VALUES (%(brand)s, nextval('ids'), %(cause)s) RETURNING id)"
        " INSERT INTO ledger_posting (brand_id, id, transaction_id, unit, source_id, destination_id, amount,"
        " reason)"
        " SELECT %(brand)s, nextval('ids'), id, 'fen', %(budget)s, 100 + %(person)s, %(fen)s, 'prize' FROM txn",
        {
            "brand": BRAND,
            "cause": f"claim:{code_no}:1",
            "budget": BUDGET,
            "person": person_id,
            "fen": PRIZE_FEN,
        },
    )
