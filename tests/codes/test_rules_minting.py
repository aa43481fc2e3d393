"""Minting at speed makes exactly the codes that encoding one by one makes."""

import numpy as np
import pytest

from app.codes.rules import Face, SlotKey, encode, mint, tag_of
from app.codes.rules.minting import CHUNK

SLOT_KEY = SlotKey("K", Face.OUTER, "feistel10-aes", b"outer-key-of-32-bytes-for-tests!")
SECRET = b"secret-of-the-batch-in-32-bytes!"


@pytest.mark.parametrize("lo", [0, 5, 123_456_789, 2**39 - 100, 2**40 - 300])
def test_minted_codes_equal_encoded_codes(lo):
    codes = [code.decode() for chunk in mint(lo, lo + 300, SLOT_KEY, SECRET) for code in chunk]
    assert codes == [encode(n, tag_of(SECRET, Face.OUTER, n), SLOT_KEY) for n in range(lo, lo + 300)]


def test_chunks_follow_each_other_without_gap_or_overlap():
    chunks = list(mint(10, 10 + CHUNK + 3, SLOT_KEY, SECRET))
    assert [len(chunk) for chunk in chunks] == [CHUNK, 3]
    assert all(chunk.dtype == "S16" for chunk in chunks)
    ends = [chunks[0][0], chunks[0][-1], chunks[1][0], chunks[1][-1]]
    numbers = [10, 9 + CHUNK, 10 + CHUNK, 12 + CHUNK]
    assert [end.decode() for end in ends] == [encode(n, tag_of(SECRET, Face.OUTER, n), SLOT_KEY) for n in numbers]


def test_half_a_million_codes_are_distinct_and_well_formed():
    codes = np.concatenate(list(mint(0, 500_000, SLOT_KEY, SECRET)))
    assert len(np.unique(codes)) == 500_000
    assert set(np.unique(codes.view(np.uint8)).tobytes().decode()) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_an_empty_range_mints_nothing():
    assert list(mint(5, 5, SLOT_KEY, SECRET)) == []
