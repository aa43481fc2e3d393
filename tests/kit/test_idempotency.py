"""The same key and input replays the answer; one effect, however often and from wherever it is asked."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.errors import KeyReused
from app.kit.idempotency import KEPT, Answer, answer_once, forget_old, hash_of
from app.kit.ids import new_id
from app.kit.outbox import JobRow
from app.kit.transaction import transaction
from tests.builders.ledger import in_parallel
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]


def effect(session: Session, at: datetime) -> Callable[[], dict[str, Any]]:
    """Something to be done once: it leaves a row and answers with its id."""

    def produce() -> dict[str, Any]:
        row = JobRow(kind="test.never", args={}, cause=f"effect:{new_id()}", run_at=at + timedelta(days=9_999))
        session.add(row)
        session.flush()
        return {"zebra": str(row.id), "apple": [1, {"b": None, "a": "中"}]}

    return produce


def ask(session: Session, at: datetime, *, actor="person:1", key="key-00000001", asked="x") -> dict[str, Any]:
    return answer_once(
        session, actor=actor, key=key, asked=hash_of({"asked": asked}), at=at, produce=effect(session, at)
    )


def effects(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(JobRow)) or 0


def test_the_same_key_and_input_replays_the_answer_without_a_second_effect(
    committed: Opener, at: datetime
) -> None:
    with committed() as session:
        first = ask(session, at)
    with committed() as session:
        assert ask(session, at) == first
        assert effects(session) == 1


def test_the_same_key_with_other_input_is_refused(committed: Opener, at: datetime) -> None:
    with committed() as session:
        ask(session, at)
    with pytest.raises(KeyReused), committed() as session:
        ask(session, at, asked="y")
    with committed() as session:
        assert effects(session) == 1


def test_keys_are_kept_per_actor_and_brand(committed: Opener, other_brand: TestBrand, at: datetime) -> None:
    with committed() as session:
        one, other = ask(session, at), ask(session, at, actor="person:2", asked="y")
    with transaction(other_brand.id) as session:
        third = ask(session, at, asked="z")
    assert len({answer["zebra"] for answer in (one, other, third)}) == 3


def test_an_effect_that_failed_leaves_its_key_free(committed: Opener, at: datetime) -> None:
    with suppress(ZeroDivisionError), committed() as session:
        ask(session, at)
        raise ZeroDivisionError
    with committed() as session:
        ask(session, at, asked="y")
        assert effects(session) == 1


def test_eight_requests_with_one_key_at_once_have_one_effect_and_one_answer(
    app: Flask, brand: TestBrand, committed: Opener, at: datetime
) -> None:
    gate = threading.Barrier(8)

    def work(_: int) -> dict[str, Any]:
        gate.wait()
        with transaction(brand.id) as session:
            return ask(session, at)

    answers = in_parallel(app, 8, work, threads=8)
    assert all(answer == answers[0] for answer in answers)
    with committed() as session:
        assert effects(session) == 1


def test_the_hash_of_an_input_ignores_order_and_nothing_else() -> None:
    assert hash_of({"a": 1, "b": 2}) == hash_of({"b": 2, "a": 1})
    assert len({hash_of({"a": 1}), hash_of({"a": "1"}), hash_of({"b": 1}), hash_of({"a": None})}) == 4


def test_old_answers_are_forgotten_when_their_promise_is_over(committed: Opener, at: datetime) -> None:
    with committed() as session:
        ask(session, at, key="key-old-0001")
        ask(session, at + timedelta(days=1), key="key-new-0001")
    with committed() as session:
        forget_old(session, at=at + KEPT + timedelta(seconds=1))
        assert session.scalars(select(Answer.key)).all() == ["key-new-0001"]
