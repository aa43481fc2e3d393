"""Identifiers: 63 bits, ordered by time, never twice."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from app.kit import clock, ids


def test_identifiers_of_a_process_only_grow() -> None:
    generator = ids.IdGenerator(7)
    made = [*generator.make(2_000), *(one for _ in range(3_000) for one in generator.make(1))]
    assert made == sorted(set(made))


def test_identifiers_fit_63_bits_until_2090() -> None:
    assert 0 < ids.first_id_of(datetime(2090, 1, 1, tzinfo=UTC)) < 1 << 63


def test_threads_of_one_process_never_get_the_same_identifier() -> None:
    generator, gate = ids.IdGenerator(1), threading.Barrier(8)

    def make(_: int) -> list[int]:
        gate.wait()
        return [one for _ in range(500) for one in generator.make(4)]

    with ThreadPoolExecutor(8) as pool:
        made = [number for numbers in pool.map(make, range(8)) for number in numbers]
    assert len(set(made)) == 16_000


def test_two_nodes_never_make_the_same_identifier() -> None:
    one, other = ids.IdGenerator(1), ids.IdGenerator(2)
    assert set(one.make(3_000)).isdisjoint(other.make(3_000))


def test_node_numbers_beyond_the_bits_wrap_instead_of_touching_the_time() -> None:
    at = clock.now()
    made = ids.IdGenerator(ids.NODES + 3).make(1)[0]
    assert made >= ids.first_id_of(at)
    assert made < ids.first_id_of(at + timedelta(minutes=1))
    assert (made >> ids.SEQUENCE_BITS) % ids.NODES == 3


def test_an_identifier_lies_between_the_first_ones_of_the_instants_around_it() -> None:
    before = clock.now()
    made = ids.IdGenerator(0).make(1)[0]
    assert ids.first_id_of(before) <= made < ids.first_id_of(before + timedelta(minutes=1))


def test_a_clock_that_was_set_back_makes_no_identifier_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = ids.IdGenerator(0)
    (ahead,) = generator.make(1)
    monkeypatch.setattr(ids.time, "time_ns", lambda: ids.EPOCH_MS * 1_000_000 + 1_000_000)
    first, second = generator.make(2)
    assert ahead < first < second


def test_a_process_without_a_node_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a child of a fork is, until its first transaction."""
    monkeypatch.setattr(ids, "_generator", ids.IdGenerator(5))
    ids._forget_node()
    assert not ids.has_node()
    with pytest.raises(ids.NodeNotAssigned):
        ids.new_id()
    with pytest.raises(ids.NodeNotAssigned):
        ids.new_ids(2)
