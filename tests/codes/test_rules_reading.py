"""Only codes that this brand minted, on this face, in this slot, are read; everything else is None."""

import random
import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.codes.rules import (
    BatchIndex,
    BatchKey,
    CodeRead,
    Face,
    SlotKey,
    mint,
    normalise,
    print_url,
    read_code,
    tag_of,
)
from app.codes.rules.keys import TAG_BITS, TAG_MASK
from app.codes.rules.text import ALPHABET, body_to_number, number_to_body

OUTER = SlotKey("K", Face.OUTER, "feistel10-aes", b"outer-key-of-32-bytes-for-tests!")
INNER = SlotKey("S", Face.INNER, "feistel10-aes", b"inner-key-of-32-bytes-for-tests!")
SLOTS = {"K": OUTER, "S": INNER}
SECRET, OTHER_SECRET = b"secret-of-the-batch-in-32-bytes!", b"another-batch-secret-of-32-bytes"
PAIR = BatchKey(7, 1000, 5000, "KS", SECRET)
OUTER_ONLY = BatchKey(8, 5000, 6000, "K", OTHER_SECRET)
BATCHES = BatchIndex.of([OUTER_ONLY, PAIR])


def minted(lo, hi, slot_key, secret=SECRET):
    return [code.decode() for chunk in mint(lo, hi, slot_key, secret) for code in chunk]


def test_every_minted_code_is_read_with_its_number_face_and_batch():
    for slot_key in (OUTER, INNER):
        for number, code in enumerate(minted(1000, 2000, slot_key), start=1000):
            assert read_code(code, SLOTS, BATCHES) == CodeRead(code, slot_key.face, number, 7)


def test_a_code_typed_with_hyphens_case_and_look_alikes_is_read():
    code = next(code for code in minted(1000, 5000, OUTER) if "0" in code and "1" in code)
    typed = "-".join([code[:4], code[4:8], code[8:12], code[12:]]).lower().replace("0", "o").replace("1", "l")
    assert read_code(f" {typed} ", SLOTS, BATCHES) == read_code(code, SLOTS, BATCHES) is not None


def test_one_face_never_passes_for_the_other():
    for outer, inner in zip(minted(1000, 2000, OUTER), minted(1000, 2000, INNER), strict=True):
        assert outer[1:] != inner[1:]
        assert read_code("S" + outer[1:], SLOTS, BATCHES) is None
        assert read_code("K" + inner[1:], SLOTS, BATCHES) is None


def test_a_face_is_part_of_the_tag_even_under_one_key():
    same = {"K": OUTER, "S": SlotKey("S", Face.INNER, "feistel10-aes", OUTER.key)}
    assert tag_of(SECRET, Face.OUTER, 1000) != tag_of(SECRET, Face.INNER, 1000)
    assert all(read_code("S" + code[1:], same, BATCHES) is None for code in minted(1000, 2000, OUTER))


def test_another_slot_of_the_same_face_and_key_reads_nothing():
    later = {**SLOTS, "M": SlotKey("M", Face.OUTER, "feistel10-aes", OUTER.key)}
    batches = BatchIndex.of([BatchKey(7, 1000, 5000, "KSM", SECRET)])
    assert all(read_code("M" + code[1:], later, batches) is None for code in minted(1000, 2000, OUTER))


def test_another_brand_reads_nothing():
    theirs = {"K": SlotKey("K", Face.OUTER, "feistel10-aes", b"key-of-another-brand-in-32-bytes")}
    their_batches = BatchIndex.of([BatchKey(1, 0, 1 << 40, "K", OTHER_SECRET)])
    assert all(read_code(code, theirs, their_batches) is None for code in minted(1000, 2000, OUTER))


def test_a_stolen_slot_key_without_the_batch_secret_mints_nothing():
    assert all(read_code(code, SLOTS, BATCHES) is None for code in minted(1000, 3000, OUTER, secret=bytes(32)))


def test_a_batch_is_not_read_in_a_slot_it_was_not_printed_in():
    inner = minted(5000, 5500, INNER, secret=OTHER_SECRET)
    assert all(read_code(code, SLOTS, BATCHES) is None for code in inner)
    outer = minted(5000, 5500, OUTER, secret=OTHER_SECRET)
    assert all(read_code(code, SLOTS, BATCHES) for code in outer)


def test_numbers_outside_every_batch_are_not_ours():
    assert read_code(minted(999, 1000, OUTER)[0], SLOTS, BATCHES) is None
    assert read_code(minted(6000, 6001, OUTER, secret=OTHER_SECRET)[0], SLOTS, BATCHES) is None
    assert read_code(minted(1000, 1001, OUTER)[0], SLOTS, BatchIndex.of([])) is None


def test_single_character_typos_are_rejected():
    chance = random.Random(16)
    for code in minted(1000, 1200, OUTER):
        for place in range(16):
            typo = chance.choice([letter for letter in ALPHABET if letter != code[place]])
            assert read_code(code[:place] + typo + code[place + 1 :], SLOTS, BATCHES) is None


def test_swapped_neighbours_are_rejected():
    for code in minted(1000, 1200, OUTER):
        for place in range(1, 15):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert swapped == code or read_code(swapped, SLOTS, BATCHES) is None


def test_two_hundred_thousand_guesses_hit_nothing():
    """Read by the product itself, with every number of the 40 bits issued, which flatters the guesser most."""
    everything = BatchIndex.of([BatchKey(1, 0, 1 << 40, "KS", SECRET)])
    guesses = np.random.default_rng(5).integers(0, 32, (200_000, 15), np.uint8)
    letters = np.frombuffer(ALPHABET.encode(), np.uint8)[guesses].tobytes().decode()
    codes = ("K" + letters[at : at + 15] for at in range(0, len(letters), 15))
    hits = sum(read_code(code, SLOTS, everything) is not None for code in codes)
    sys.stdout.write(
        f"guesses: 200000 read, {hits} accepted; chance of one guess 2^-{TAG_BITS} if all 2^40 were issued\n"
    )
    assert hits == 0


def test_a_million_random_tags_match_nothing():
    """What a guess amounts to behind the permutation: a random number of 75 bits, compared with its true tag."""
    chance = np.random.default_rng(6)
    code_nos = chance.integers(0, 1 << 40, 1_000_000, np.uint64)
    tags = chance.integers(0, 1 << TAG_BITS, 1_000_000, np.uint64)
    true_tags = PAIR.cipher.words_of(int.from_bytes(b"malutagO"), code_nos) >> np.uint64(64 - TAG_BITS)
    assert int(true_tags[0]) == tag_of(SECRET, Face.OUTER, int(code_nos[0]))
    assert int((tags == true_tags).sum()) == 0


@pytest.mark.parametrize(
    "text", ["", "K", "K" * 15, "K" * 17, "K" * 1_000_000, "码" * 16, "U" * 16, "K\0" * 8, "９" * 16, "ı" * 16]
)
def test_what_cannot_be_a_code_is_none(text):
    assert normalise(text) is None
    assert read_code(text, SLOTS, BATCHES) is None


def test_an_unknown_slot_is_none():
    assert read_code("Z" * 16, SLOTS, BATCHES) is None


@given(st.text(max_size=80))
@example("k" * 16)
def test_normalising_never_fails_and_says_the_same_twice(text):
    once = normalise(text)
    assert once is None or (len(once) == 16 and set(once) <= set(ALPHABET) and normalise(once) == once)


@given(code=st.text(ALPHABET, min_size=16, max_size=16), chance=st.randoms(use_true_random=False))
def test_every_way_of_typing_a_code_means_the_code(code, chance):
    look_alikes = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        chance.choice(look_alikes.get(letter, letter + letter.lower())) + chance.choice(["", "", "-", " "])
        for letter in code
    )
    assert normalise(typed) == code


@given(st.integers(0, (1 << 75) - 1))
def test_bodies_and_numbers_are_the_same_thing(number):
    body = number_to_body(number)
    assert len(body) == 15
    assert body_to_number(body) == number


def test_the_printed_address_is_in_capitals():
    assert print_url("https://q.example.com/", "K" * 16) == "HTTPS://Q.EXAMPLE.COM/S/KKKKKKKKKKKKKKKK"


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 40)), max_size=12), st.integers(0, 600))
def test_finding_a_batch_equals_looking_at_all(spans, code_no):
    batches, reached = [], 0
    for gap, size in spans:
        lo = reached + gap % 20
        batches.append(BatchKey(len(batches), lo, lo + size, "K", SECRET))
        reached = lo + size
    index = BatchIndex.of(reversed(batches))
    assert index.find(code_no) == next((batch for batch in batches if batch.lo <= code_no < batch.hi), None)


def test_overlapping_batches_are_refused():
    with pytest.raises(ValueError, match="overlap"):
        BatchIndex.of([PAIR, BatchKey(9, 4999, 5001, "K", SECRET)])


@pytest.mark.parametrize(("lo", "hi"), [(5, 5), (6, 5), (-1, 5), (0, (1 << 40) + 1)])
def test_impossible_ranges_are_refused(lo, hi):
    with pytest.raises(ValueError, match="range"):
        BatchKey(1, lo, hi, "K", SECRET)


def test_secrets_stay_out_of_texts_about_values():
    assert "secret" not in repr(PAIR)
    assert "outer-key" not in repr(OUTER)


def test_a_tag_has_35_bits():
    tags = [tag_of(SECRET, Face.OUTER, number) for number in range(2000)]
    assert max(tags) <= TAG_MASK
    assert max(tags) >> (TAG_BITS - 1) == 1
