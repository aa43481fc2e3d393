"""Parts of several packages, sent as one statement."""

import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kit.errors import AppError
from app.kit.statement import Change, Columns, Question, ask, change


def test_each_question_gets_its_own_row(session: Session) -> None:
    rows = ask(session, Question("SELECT 1, 'a'", 2, {}), Question("SELECT true", 1, {}))
    assert rows == [(1, "a"), (True,)]


def test_a_question_that_finds_nothing_answers_none_and_harms_no_other(session: Session) -> None:
    nothing = Question("SELECT 1, 2 WHERE false", 2, {})
    assert ask(session, nothing, Question("SELECT 7", 1, {}), nothing) == [None, (7,), None]


def test_a_row_with_some_nulls_is_a_row(session: Session) -> None:
    assert ask(session, Question("SELECT NULL::int, 5", 2, {})) == [(None, 5)]


def test_parameters_of_all_questions_are_bound(session: Session) -> None:
    shared = {"brand_id": 3}
    rows = ask(
        session,
        Question("SELECT %(brand_id)s::int + %(one)s::int", 1, {**shared, "one": 1}),
        Question("SELECT %(brand_id)s::int * %(two)s::int", 1, {**shared, "two": 2}),
    )
    assert rows == [(4,), (6,)]


def test_the_same_parts_with_other_values_are_answered_anew(session: Session) -> None:
    answers = [ask(session, Question("SELECT %(n)s::int", 1, {"n": n})) for n in range(12)]
    assert answers == [[(n,)] for n in range(12)]


@pytest.fixture
def shelf(session: Session) -> Session:
    session.execute(text("CREATE TEMPORARY TABLE shelf (n int PRIMARY KEY) ON COMMIT DROP"))
    return session


INSERT = "one AS (INSERT INTO shelf VALUES (%(one_n)s) ON CONFLICT DO NOTHING RETURNING n)"
COUNT = "(SELECT count(*) FROM one)"


def put(name: str, n: int) -> Change:
    """A change whose names begin with those of its package, here ``one`` or ``two``."""
    return Change(INSERT.replace("one", name), COUNT.replace("one", name), {f"{name}_n": n})


def test_all_changes_are_made_and_answer_in_their_order(shelf: Session) -> None:
    assert change(shelf, put("one", 1), put("two", 2)) == (1, 1)
    assert change(shelf, put("one", 1), put("two", 3)) == (0, 1)
    assert shelf.execute(text("SELECT n FROM shelf ORDER BY n")).scalars().all() == [1, 2, 3]


def test_a_change_answers_with_any_value(shelf: Session) -> None:
    (answer,) = change(shelf, Change("v AS (SELECT 1)", "%(made)s::jsonb", {"made": json.dumps({"a": [1]})}))
    assert answer == {"a": [1]}


class Refused(AppError):
    code = "test.refused"


class RefusedToo(AppError):
    code = "test.refused_too"


def required(part: Change, refusal: type[AppError]) -> Change:
    return part._replace(answer=f"{part.answer} = 1", refusal=refusal)


def test_a_change_whose_condition_fails_undoes_all_and_raises_its_refusal(shelf: Session) -> None:
    change(shelf, put("one", 1))
    for refusal in (Refused, RefusedToo):
        parts = (put("two", 2), required(put("one", 1), refusal))
        with pytest.raises(refusal), shelf.begin_nested():
            change(shelf, *parts)
    assert shelf.execute(text("SELECT n FROM shelf")).scalars().all() == [1]


def test_the_first_condition_that_fails_is_the_one_that_is_told(shelf: Session) -> None:
    change(shelf, put("one", 1), put("two", 2))
    parts = (required(put("one", 1), RefusedToo), required(put("two", 2), Refused))
    with pytest.raises(RefusedToo), shelf.begin_nested():
        change(shelf, *parts)


def test_a_change_whose_condition_holds_answers_true(shelf: Session) -> None:
    assert change(shelf, required(put("one", 1), Refused), put("two", 2)) == (True, 1)


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


NUMBERS = st.integers(-(1 << 63), (1 << 63) - 1)
ROWS = st.lists(
    st.tuples(st.none() | NUMBERS, st.none() | TEXTS | st.sampled_from(["NULL", "", "{}"])), max_size=4
)
THINGS = Columns("thing", number="bigint", word="text")


@given(ROWS)
@examples(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_of_columns_arrive_as_they_were(session: Session, rows: list[tuple[int | None, str | None]]) -> None:
    numbers, words = "array_agg(number ORDER BY place)", "array_agg(word ORDER BY place)"
    numbered = f"(SELECT *, row_number() OVER () AS place FROM {THINGS.sql(len(rows))}) t"  # noqa: S608
    question = Question(f"SELECT {numbers}, {words} FROM {numbered}", 2, THINGS.params(*rows))  # noqa: S608
    (row,) = ask(session, question)
    expected = tuple(map(list, zip(*rows, strict=True))) if rows else None
    assert row == expected


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        THINGS.params((1,))


def test_a_change_without_an_answer_leaves_no_column(shelf: Session) -> None:
    silent = put("one", 1)._replace(answer=None)
    assert change(shelf, silent, put("two", 2)) == (1,)
    assert shelf.execute(text("SELECT count(*) FROM shelf")).scalar() == 2


def test_one_failing_part_undoes_all(shelf: Session) -> None:
    broken = Change("bad AS (INSERT INTO shelf VALUES (NULL) RETURNING n)", "(SELECT n FROM bad)", {})
    with pytest.raises(Exception, match="null value"), shelf.begin_nested():
        change(shelf, put("one", 1), broken)
    assert shelf.execute(text("SELECT count(*) FROM shelf")).scalar() == 0
