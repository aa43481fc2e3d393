"""Joined statements outside a transaction: prepared on the connection itself, each a transaction of its own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.database import Statements, raw
from app.kit.errors import Unavailable
from app.kit.ids import new_id
from app.kit.outbox import JobRow
from app.kit.statement import Change, Question, ask, change
from app.kit.transaction import statements
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
LATE = "'2090-01-01T00:00:00Z'"
VALUES = f" VALUES (%(brand_id)s, %(id)s, 'test.never', '{{}}', %(id)s::bigint::text, {LATE}, 0) RETURNING 1)"


@pytest.fixture
def terminate(database_url: str) -> Iterator[Callable[[int], None]]:
    """Ends the server process behind a connection, as a crash would."""
    with psycopg.connect(database_url.replace("+psycopg", "", 1), autocommit=True) as administrator:
        yield lambda pid: administrator.execute("SELECT pg_terminate_backend(%s, 2000)", (pid,)) and None


def ask_one(scope: Statements, number: int) -> object:
    (row,) = ask(scope, Question("SELECT %(number)s::int + 1", 1, {"number": number}))
    return row


def test_a_joined_statement_commits_by_itself_without_a_word_to_the_driver(
    brand: TestBrand, committed: Opener
) -> None:
    ctes = "kit_put AS (INSERT INTO kit_job (brand_id, id, kind, args, cause, run_at, attempts)" + VALUES
    part = Change(ctes, "(SELECT count(*) FROM kit_put)", {"brand_id": brand.id, "id": new_id()})
    with suppress(ZeroDivisionError), statements(brand.id) as scope:
        assert change(scope, part) == (1,)
        raise ZeroDivisionError
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(JobRow)) == 1


def test_a_joined_statement_is_prepared_again_where_a_rollback_has_forgotten_it(
    brand: TestBrand, committed: Opener
) -> None:
    for number in range(3):
        with statements(brand.id) as scope:
            assert ask_one(scope, number) == (number + 1,)
        with statements(brand.id) as scope:
            raw(scope).execute("DEALLOCATE ALL")
            new = Question(f"SELECT {number}", 1, {})
            assert ask(scope, new) == [(number,)]
            assert ask_one(scope, number) == (number + 1,)
            assert ask(scope, new) == [(number,)]


def test_a_joined_statement_on_a_lost_connection_is_unavailable_and_the_next_works(
    brand: TestBrand, terminate: Callable[[int], None]
) -> None:
    def lose() -> None:
        with statements(brand.id) as scope:
            ask_one(scope, 1)
            terminate(raw(scope).info.backend_pid)
            ask_one(scope, 1)

    with pytest.raises(Unavailable):
        lose()
    with statements(brand.id) as scope:
        assert ask_one(scope, 1) == (2,)


def test_a_joined_statement_answers_as_a_session_does(brand: TestBrand, committed: Opener) -> None:
    values = {"text": "中 'quoted' \\", "at": datetime(2026, 11, 2, 4, tzinfo=UTC), "none": None, "big": 1 << 62}
    bound = "%(text)s::text, %(at)s::timestamptz, %(none)s::int, %(big)s::bigint"
    sql = f"SELECT {bound}, ARRAY[1, 2], '{{\"a\": 1}}'::jsonb"
    question = Question(sql, 6, values)
    with committed() as session:
        expected = ask(session, question)
    with statements(brand.id) as scope:
        assert ask(scope, question) == expected
