"""What processes remember of a brand, and when they forget it."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.kit import cache
from app.kit.cache import Versioned, bump, current_version
from app.kit.transaction import transaction
from tests.builders.ledger import in_parallel
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]


class Memory:
    """A remembered value that says how often it was loaded."""

    def __init__(self) -> None:
        self.loads: list[int] = []
        self.versioned = Versioned(self._load)

    def _load(self, session: Session, brand_id: int) -> str:
        self.loads.append(brand_id)
        return f"value {current_version(session, brand_id)}"


@pytest.fixture
def memory(app: Flask) -> Iterator[Memory]:
    made = Memory()
    yield made
    Versioned.registry.remove(made.versioned)


def change_elsewhere(brand_id: int) -> None:
    """As another process would: committed, and this one has not noticed."""
    with transaction(brand_id) as session:
        bump(session, brand_id)
        session.info.pop("bumped")


def test_a_value_is_loaded_once_per_brand(memory: Memory, brand: TestBrand, other_brand: TestBrand) -> None:
    for _ in range(3):
        assert memory.versioned.get(brand.id) == memory.versioned.get(brand.id)
        memory.versioned.get(other_brand.id)
    assert sorted(memory.loads) == sorted([brand.id, other_brand.id])


def test_threads_that_ask_at_once_load_once(app: Flask, memory: Memory, brand: TestBrand) -> None:
    gate = threading.Barrier(8)

    def work(_: int) -> str:
        gate.wait()
        return memory.versioned.get(brand.id)

    assert len(set(in_parallel(app, 8, work, threads=8))) == 1
    assert memory.loads == [brand.id]


def test_a_change_is_forgotten_at_its_commit_and_not_before(
    memory: Memory, brand: TestBrand, committed: Opener
) -> None:
    before = memory.versioned.entry(brand.id)
    with committed() as session:
        bump(session, brand.id)
        assert memory.versioned.entry(brand.id) is before
    after = memory.versioned.entry(brand.id)
    assert after.version == before.version + 1
    assert after.value == f"value {after.version}"


def test_a_change_that_was_rolled_back_makes_nobody_forget(
    memory: Memory, brand: TestBrand, committed: Opener
) -> None:
    before = memory.versioned.entry(brand.id)
    with suppress(ZeroDivisionError), committed() as session:
        bump(session, brand.id)
        raise ZeroDivisionError
    assert memory.versioned.entry(brand.id) is before


def test_a_change_of_one_brand_leaves_the_others_memory(
    memory: Memory, brand: TestBrand, other_brand: TestBrand, committed: Opener
) -> None:
    kept = memory.versioned.entry(other_brand.id)
    with committed() as session:
        bump(session, brand.id)
    assert memory.versioned.entry(other_brand.id) is kept


def test_the_watcher_follows_another_processs_change(memory: Memory, brand: TestBrand) -> None:
    before = memory.versioned.entry(brand.id)
    change_elsewhere(brand.id)
    assert memory.versioned.entry(brand.id) is before
    cache._forget_changed()
    assert memory.versioned.entry(brand.id).version == before.version + 1


def test_the_watcher_leaves_what_is_current(memory: Memory, brand: TestBrand) -> None:
    change_elsewhere(brand.id)
    current = memory.versioned.entry(brand.id)
    cache._forget_changed()
    assert memory.versioned.entry(brand.id) is current


def test_the_watcher_runs_by_itself_and_outlives_a_lost_database(
    app: Flask, memory: Memory, brand: TestBrand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="app.kit.cache")
    monkeypatch.setattr(cache, "WATCH_SECONDS", 0.01)
    before = memory.versioned.entry(brand.id)
    change_elsewhere(brand.id)
    stop, pause = cache.watch(app), threading.Event()
    while memory.versioned._entries.get(brand.id) is before:
        pause.wait(0.01)
    stop.set()
    assert memory.versioned.entry(brand.id).version == before.version + 1
