"""The permutation is a bijection, mixes every bit, and is what the specification says."""

import json
import random
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.rules import Face, SlotKey, decode, encode, tag_of
from app.codes.rules.feistel import Feistel
from app.codes.rules.keys import BODY_BITS
from tests.codes import second_implementation as second

KEYS = [bytes(16), bytes(range(16)), bytes(range(32)), b"\xff" * 32]
GOLDEN = json.loads(Path(__file__).with_name("golden_vectors.json").read_text())


@pytest.mark.parametrize("bits", [2, 3, 8, 9, 13, 16, 17])
@pytest.mark.parametrize("key", KEYS)
def test_the_whole_domain_is_permuted(bits, key):
    numbers = np.arange(1 << bits, dtype=np.uint64)
    half = np.uint64(bits - bits // 2)
    left, right = Feistel(key, b"OK", bits).encrypt_many(
        numbers >> half, numbers & ((np.uint64(1) << half) - np.uint64(1))
    )
    images = (left << half) | right
    assert np.array_equal(np.sort(images), numbers)


@pytest.mark.parametrize("bits", [8, 9, 13])
@pytest.mark.parametrize("key", KEYS)
def test_decrypting_undoes_encrypting_on_the_whole_domain(bits, key):
    feistel = Feistel(key, b"OK", bits)
    images = [feistel.encrypt(number) for number in range(1 << bits)]
    assert sorted(images) == list(range(1 << bits))
    assert [feistel.decrypt(image) for image in images] == list(range(1 << bits))


@pytest.mark.parametrize("bits", [8, 9, 17, 75, 128])
def test_many_at_once_equals_one_at_a_time(bits):
    feistel = Feistel(KEYS[2], b"IS", bits)
    half = bits - bits // 2
    numbers = [random.Random(bits).getrandbits(bits) for _ in range(50)]
    left, right = feistel.encrypt_many(
        np.array([number >> half for number in numbers], np.uint64),
        np.array([number & ((1 << half) - 1) for number in numbers], np.uint64),
    )
    images = [int(a) << half | int(b) for a, b in zip(left, right, strict=True)]
    assert images == [feistel.encrypt(number) for number in numbers]


@given(
    bits=st.integers(2, 128),
    number=st.integers(0, 2**128 - 1),
    key=st.binary(min_size=32, max_size=32),
    tweak=st.binary(max_size=6),
)
def test_second_implementation_permutes_alike_at_every_width(bits, number, key, tweak):
    number %= 1 << bits
    image = Feistel(key, tweak, bits).encrypt(number)
    assert second.permute(key, tweak, second.bits_of(number, bits)) == second.bits_of(image, bits)
    assert Feistel(key, tweak, bits).decrypt(image) == number


@given(
    slot=st.sampled_from(second.CROCKFORD),
    face=st.sampled_from(Face),
    key=st.sampled_from([16, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size)),
    secret=st.sampled_from([16, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size)),
    code_no=st.integers(0, 2**40 - 1),
)
def test_second_implementation_makes_and_opens_the_same_codes(slot, face, key, secret, code_no):
    slot_key = SlotKey(slot, face, "feistel10-aes", key)
    tag = tag_of(secret, face, code_no)
    code = encode(code_no, tag, slot_key)
    assert code == second.make_code(slot, face.value, key, secret, code_no)
    assert decode(code[1:], slot_key) == second.open_code(code, face.value, key) == (code_no, tag)


@pytest.mark.parametrize("vector", GOLDEN, ids=lambda vector: vector["code"])
def test_golden_vectors_hold_for_ever(vector):
    face, secret = Face(vector["face"]), bytes.fromhex(vector["secret"])
    slot_key = SlotKey(vector["code"][0], face, "feistel10-aes", bytes.fromhex(vector["key"]))
    assert encode(vector["code_no"], tag_of(secret, face, vector["code_no"]), slot_key) == vector["code"]


def test_second_implementation_still_makes_the_golden_vectors():
    assert list(second.golden_vectors()) == GOLDEN


def flip_ratios(change):
    """Return, for each output bit, how often it flips when one random input bit does."""
    chance, samples = random.Random(75), 6000
    counts = np.zeros(BODY_BITS)
    for _ in range(samples):
        number = chance.getrandbits(BODY_BITS)
        flipped = change(number) ^ change(number ^ 1 << chance.randrange(BODY_BITS))
        counts += np.array([flipped >> bit & 1 for bit in range(BODY_BITS)])
    return counts / samples


@pytest.mark.parametrize("direction", ["encrypt", "decrypt"])
def test_one_flipped_bit_flips_half_of_all_bits(direction):
    ratios = flip_ratios(getattr(Feistel(KEYS[2], b"OK", BODY_BITS), direction))
    sys.stdout.write(
        f"avalanche {direction}: mean {ratios.mean():.4f}, per bit {ratios.min():.4f} to {ratios.max():.4f}\n"
    )
    assert abs(ratios.mean() - 0.5) < 0.01
    assert ratios.min() > 0.45
    assert ratios.max() < 0.55


def test_each_input_bit_reaches_half_of_the_output():
    feistel, chance = Feistel(KEYS[1], b"IS", BODY_BITS), random.Random(7)
    for bit in range(BODY_BITS):
        numbers = [chance.getrandbits(BODY_BITS) for _ in range(60)]
        flips = sum((feistel.encrypt(n) ^ feistel.encrypt(n ^ 1 << bit)).bit_count() for n in numbers)
        assert 0.45 < flips / (60 * BODY_BITS) < 0.55


def test_threads_share_a_slot_key_while_one_of_them_mints():
    feistel = Feistel(KEYS[2], b"OK", BODY_BITS)
    many = np.arange(1 << 16, dtype=np.uint64)
    expected, expected_many = feistel.encrypt(42), feistel.encrypt_many(many, many)[1]
    wrong = []

    def work(large):
        for _ in range(5 if large else 2000):
            if large and not np.array_equal(feistel.encrypt_many(many, many)[1], expected_many):
                wrong.append("many")
            if feistel.encrypt(42) != expected:
                wrong.append("one")

    threads = [threading.Thread(target=work, args=(large,)) for large in (True, True, False, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(("bits", "tweak"), [(1, b""), (129, b""), (75, b"1234567")])
def test_impossible_widths_and_tweaks_are_refused(bits, tweak):
    with pytest.raises(ValueError, match="2 to 128 bits"):
        Feistel(KEYS[0], tweak, bits)


@pytest.mark.parametrize(
    ("slot", "algorithm", "key"),
    [
        ("U", "feistel10-aes", KEYS[0]),
        ("KK", "feistel10-aes", KEYS[0]),
        ("K", "rot13", KEYS[0]),
        ("K", "feistel10-aes", b"short"),
    ],
)
def test_impossible_slot_keys_are_refused(slot, algorithm, key):
    with pytest.raises(ValueError, match=r"slot|permutation|key"):
        SlotKey(slot, Face.OUTER, algorithm, key)
