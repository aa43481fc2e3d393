"""Lists by cursor."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.errors import InvalidInput
from app.kit.ids import new_id
from app.kit.outbox import JobRow
from app.kit.paging import PageQuery, decode_cursor, encode_cursor, page

NEVER = datetime(2090, 1, 1, tzinfo=UTC)


def add(session: Session, count: int) -> list[int]:
    rows = [JobRow(kind="test.never", args={}, cause=f"test:{new_id()}", run_at=NEVER) for _ in range(count)]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def walk(session: Session, limit: int, between=lambda: None) -> list[int]:
    seen: list[int] = []
    cursor = None
    while True:
        found = page(session, select(JobRow), JobRow.id, cursor=cursor, limit=limit)
        assert len(found.items) <= limit
        seen += [row.id for row in found.items]
        cursor = found.next_cursor
        if cursor is None:
            return seen
        between()


@pytest.mark.parametrize("limit", [1, 3, 5, 10, 11, 100])
def test_the_pages_together_are_the_list_newest_first(session: Session, limit: int) -> None:
    ids = add(session, 10)
    assert walk(session, limit) == ids[::-1]


def test_rows_added_meanwhile_neither_repeat_nor_hide_others(session: Session) -> None:
    ids = add(session, 9)
    assert walk(session, 2, between=lambda: add(session, 3)) == ids[::-1]


def test_an_empty_list_is_one_empty_page(session: Session) -> None:
    found = page(session, select(JobRow), JobRow.id, cursor=None, limit=20)
    assert (list(found.items), found.next_cursor) == ([], None)


@given(st.integers(0, (1 << 63) - 1))
def test_a_cursor_reads_back(value: int) -> None:
    assert decode_cursor(encode_cursor(value)) == value


@pytest.mark.parametrize("cursor", ["", "!!!!", "a", "abcd", "中文", "A" * 32, "__________8", "AAAA AAAA AAA"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        decode_cursor(cursor)


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"limit": "many"}, {"cursor": "x" * 33}])
def test_limits_are_from_1_to_100_and_cursors_short(query: dict) -> None:
    with pytest.raises(ValidationError):
        PageQuery().load(query)


def test_a_page_has_twenty_rows_unless_asked_otherwise() -> None:
    assert PageQuery().load({}) == {"limit": 20, "cursor": None}
