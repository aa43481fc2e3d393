"""Transactions: one brand each, all or nothing, never nested, and a lost database is said honestly."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress

import psycopg
import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session, aliased

from app.kit.database import Statements, raw
from app.kit.errors import Unavailable
from app.kit.ids import new_id
from app.kit.outbox import JobRow
from app.kit.transaction import (
    ForeignRow,
    NestedTransaction,
    global_transaction,
    statements,
    transaction,
)
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]


def a_row(**given) -> JobRow:
    values = {"kind": "test.never", "args": {}, "cause": f"cause:{new_id()}", "run_at": "2090-01-01T00:00:00Z"}
    return JobRow(**(values | given))


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(JobRow)) or 0


def test_the_end_of_the_block_commits(committed: Opener) -> None:
    with committed() as session:
        session.add(a_row())
    with committed() as session:
        assert count(session) == 1


def test_an_error_rolls_everything_back(committed: Opener) -> None:
    with suppress(ZeroDivisionError), committed() as session:
        session.add(a_row())
        session.flush()
        raise ZeroDivisionError
    with committed() as session:
        assert count(session) == 0


def test_a_transaction_inside_a_transaction_is_refused(brand: TestBrand, committed: Opener) -> None:
    with committed() as session:
        for opened in (transaction(brand.id), global_transaction()):
            with pytest.raises(NestedTransaction), opened:
                pass
        session.add(a_row())
    with committed() as session:
        assert count(session) == 1


def test_after_a_refused_nesting_or_an_error_the_next_transaction_opens(committed: Opener) -> None:
    with suppress(ZeroDivisionError), committed():
        raise ZeroDivisionError
    with committed() as session:
        assert count(session) == 0


def test_rows_are_stamped_with_the_brand_of_the_session(brand: TestBrand, committed: Opener) -> None:
    with committed() as session:
        row = a_row()
        session.add(row)
        session.flush()
        assert row.brand_id == brand.id


def test_a_row_of_another_brand_is_refused(committed: Opener, other_brand: TestBrand) -> None:
    with pytest.raises(ForeignRow), committed() as session:
        session.add(a_row(brand_id=other_brand.id))


def test_a_brands_row_is_refused_in_a_transaction_of_no_brand(app: Flask, brand: TestBrand) -> None:
    with pytest.raises(ForeignRow), global_transaction() as session:
        session.add(a_row(brand_id=brand.id))


@pytest.fixture
def neighbours(committed: Opener, other_brand: TestBrand) -> tuple[int, int]:
    """One row of the brand and one of its neighbour; their ids."""
    with committed() as session:
        mine = a_row()
        session.add(mine)
    with transaction(other_brand.id) as session:
        theirs = a_row()
        session.add(theirs)
    return mine.id, theirs.id


def test_reads_see_only_the_sessions_brand(
    neighbours: tuple[int, int], committed: Opener, other_brand: TestBrand
) -> None:
    mine, theirs = neighbours
    other = aliased(JobRow)
    for opened, own in ((committed(), mine), (transaction(other_brand.id), theirs)):
        with opened as session:
            assert session.scalars(select(JobRow.id)).all() == [own]
            assert session.scalars(select(other.id)).all() == [own]
            assert session.execute(select(JobRow.id).join(other, other.kind == JobRow.kind)).all() == [(own,)]


def test_a_row_of_another_brand_is_not_found_even_by_its_whole_key(
    neighbours: tuple[int, int], committed: Opener, other_brand: TestBrand
) -> None:
    with committed() as session:
        assert session.get(JobRow, (other_brand.id, neighbours[1])) is None


def test_updates_and_deletes_touch_only_the_sessions_brand(
    neighbours: tuple[int, int], committed: Opener, other_brand: TestBrand
) -> None:
    with committed() as session:
        session.execute(update(JobRow).values(error="mine"))
    with transaction(other_brand.id) as session:
        assert session.scalars(select(JobRow.error)).all() == [None]
    with committed() as session:
        session.execute(delete(JobRow))
        assert count(session) == 0
    with transaction(other_brand.id) as session:
        assert count(session) == 1


@pytest.fixture
def terminate(database_url: str) -> Iterator[Callable[[int], None]]:
    """Ends a backend as an administrator, or a failover, would."""
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as administrator:
        yield lambda pid: administrator.execute("SELECT pg_terminate_backend(%s, 2000)", (pid,)) and None


def by_orm(session: Session) -> None:
    session.execute(text("SELECT 1"))


def by_driver(session: Session) -> None:
    raw(session).execute("SELECT 1")


@pytest.mark.parametrize("ask", [by_orm, by_driver])
def test_a_lost_connection_is_unavailable_and_the_next_transaction_works(
    committed: Opener, ask: Callable[[Session], None], terminate: Callable[[int], None]
) -> None:
    def write() -> None:
        with committed() as session:
            session.add(a_row())
            session.flush()
            terminate(raw(session).info.backend_pid)
            ask(session)

    with pytest.raises(Unavailable) as refused:
        write()
    assert refused.value.status == 503
    with committed() as session:
        assert count(session) == 0


@pytest.mark.parametrize("ask", [by_orm, by_driver])
def test_a_connection_lost_while_it_rested_costs_one_refusal_at_most(
    committed: Opener, ask: Callable[[Session], None], terminate: Callable[[int], None]
) -> None:
    with committed() as session:
        pid = raw(session).info.backend_pid
    terminate(pid)
    with suppress(Unavailable), committed() as session:
        ask(session)
    with committed() as session:
        ask(session)


def test_a_statement_that_takes_too_long_is_unavailable(committed: Opener) -> None:
    slow = "SET LOCAL statement_timeout = '20ms'; SELECT pg_sleep(10)"
    with pytest.raises(Unavailable), committed() as session:
        raw(session).execute(slow)


def test_a_lock_that_is_not_granted_in_time_is_unavailable(
    app: Flask, committed: Opener, brand: TestBrand
) -> None:
    locked, tried = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), transaction(brand.id) as session:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": brand.id})
            locked.set()
            tried.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(30)
    waiting = f"SET LOCAL lock_timeout = '20ms'; SELECT pg_advisory_xact_lock({brand.id})"
    with pytest.raises(Unavailable), committed() as session:
        session.execute(text(waiting))
    tried.set()
    holder.join()


def test_instants_come_back_in_utc(committed: Opener) -> None:
    with committed() as session:
        assert session.scalar(text("SHOW timezone")) == "UTC"


INSERT = """
INSERT INTO kit_job (brand_id, id, kind, args, cause, run_at, attempts)
VALUES (%(brand_id)s, %(id)s, 'test.never', '{}', %(id)s::text, '2090-01-01', 0)"""


def insert(scope: Statements) -> None:
    raw(scope).execute(INSERT, {"brand_id": scope.info["brand_id"], "id": new_id()})


def test_each_of_several_statements_commits_by_itself(brand: TestBrand, committed: Opener) -> None:
    with suppress(ZeroDivisionError), statements(brand.id) as scope:
        insert(scope)
        raise ZeroDivisionError
    with committed() as session:
        assert count(session) == 1


def test_statements_one_after_the_other_share_a_connection_that_no_transaction_gets(
    brand: TestBrand, committed: Opener
) -> None:
    served = set()
    for _ in range(3):
        with statements(brand.id) as scope:
            served.add(raw(scope).info.backend_pid)
    assert len(served) == 1
    with committed() as session:
        assert raw(session).info.backend_pid not in served


def test_statements_and_transactions_do_not_nest(brand: TestBrand, committed: Opener) -> None:
    with statements(brand.id), pytest.raises(NestedTransaction), committed():
        pass
    with committed(), pytest.raises(NestedTransaction), statements(brand.id):
        pass
    with statements(brand.id) as scope:
        insert(scope)


def test_a_connection_lost_among_statements_is_unavailable_and_the_next_works(
    brand: TestBrand, committed: Opener, terminate: Callable[[int], None]
) -> None:
    def write() -> None:
        with statements(brand.id) as scope:
            terminate(raw(scope).info.backend_pid)
            insert(scope)

    with pytest.raises(Unavailable):
        write()
    with statements(brand.id) as scope:
        insert(scope)
    with committed() as session:
        assert count(session) == 1


def test_a_statement_that_fails_leaves_a_connection_that_works(brand: TestBrand, committed: Opener) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable), statements(brand.id) as scope:
        raw(scope).execute("SELECT * FROM nowhere")
    with committed() as session:
        assert count(session) == 0
