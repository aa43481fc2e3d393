"""Secrets open only under the key and for the purpose they were sealed with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.sealing import CannotOpen, Sealer

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
