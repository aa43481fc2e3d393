"""Secrets open only under the key and for the purpose they were sealed with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.sealing import CannotOpen, KeyRing, Sealer

SEALER = Sealer(bytes(range(32)))


@given(st.binary(max_size=200), st.text(max_size=40))
def test_what_was_sealed_opens_again(plain: bytes, context: str) -> None:
    assert SEALER.open(SEALER.seal(plain, context=context), context=context) == plain


def test_another_master_key_opens_nothing() -> None:
    sealed = SEALER.seal(b"secret", context="a")
    with pytest.raises(CannotOpen):
        Sealer(bytes(32)).open(sealed, context="a")


def test_a_secret_moved_to_another_purpose_stays_shut() -> None:
    with pytest.raises(CannotOpen):
        SEALER.open(SEALER.seal(b"secret", context="secret:1:pay"), context="secret:2:pay")


@pytest.mark.parametrize("position", [0, 11, 12, -1])
def test_a_changed_byte_is_noticed_wherever_it_is(position: int) -> None:
    sealed = bytearray(SEALER.seal(b"secret", context="a"))
    sealed[position] ^= 1
    with pytest.raises(CannotOpen):
        SEALER.open(bytes(sealed), context="a")


@pytest.mark.parametrize("length", [0, 5, 12, 20])
def test_a_secret_that_was_cut_short_stays_shut(length: int) -> None:
    sealed = SEALER.seal(b"secret", context="a")
    with pytest.raises(CannotOpen):
        SEALER.open(sealed[:length], context="a")


def test_the_same_secret_never_looks_the_same_twice() -> None:
    assert SEALER.seal(b"secret", context="a") != SEALER.seal(b"secret", context="a")


def test_derived_keys_are_stable_and_differ_by_context_and_master_key() -> None:
    assert SEALER.derive("slot:1") == SEALER.derive("slot:1")
    assert len({SEALER.derive("slot:1"), SEALER.derive("slot:2"), Sealer(bytes(32)).derive("slot:1")}) == 3
    assert len(SEALER.derive("x", 64)) == 64


OLD, NEW = bytes(range(32)), bytes(range(32, 64))


@given(st.binary(max_size=200), st.text(max_size=40))
def test_a_ring_opens_what_each_of_its_keys_has_sealed(plain: bytes, context: str) -> None:
    before, after = KeyRing({"1": OLD}), KeyRing({"2": NEW, "1": OLD})
    for ring in (before, after):
        assert after.open(ring.seal(plain, context=context), context=context) == plain
    with pytest.raises(CannotOpen):
        before.open(after.seal(plain, context=context), context=context)


def test_what_was_sealed_before_keys_had_ids_still_opens() -> None:
    sealed = Sealer(OLD).seal(b"secret", context="a")
    assert KeyRing({"2": NEW, "1": OLD}).open(sealed, context="a") == b"secret"
    with pytest.raises(CannotOpen):
        KeyRing({"2": NEW}).open(sealed, context="a")


def test_a_dropped_key_opens_nothing_any_more_and_derives_nothing() -> None:
    sealed = KeyRing({"1": OLD}).seal(b"secret", context="a")
    rotated = KeyRing({"2": NEW})
    with pytest.raises(CannotOpen):
        rotated.open(sealed, context="a")
    with pytest.raises(CannotOpen):
        rotated.derive_first("slot:1")


def test_derived_keys_come_from_the_first_key_whatever_seals_today() -> None:
    first = KeyRing({"1": OLD}).derive_first("slot:1")
    assert KeyRing({"2": NEW, "1": OLD}).derive_first("slot:1") == first == Sealer(OLD).derive("slot:1")


def test_a_key_of_another_id_does_not_open_even_when_ids_begin_alike() -> None:
    sealed = KeyRing({"1": OLD}).seal(b"secret", context="a")
    assert KeyRing({"11": NEW, "1": OLD}).open(sealed, context="a") == b"secret"
    with pytest.raises(CannotOpen):
        KeyRing({"1": NEW}).open(sealed, context="a")
