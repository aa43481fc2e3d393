"""Files that are made while they are read."""

import io

from hypothesis import given
from hypothesis import strategies as st

from app.kit.streams import Pieces


@given(st.lists(st.binary(max_size=50), max_size=20), st.integers(1, 64))
def test_pieces_read_like_the_file_they_add_up_to(pieces, size):
    reader = io.BufferedReader(Pieces(pieces), size)
    read = b""
    while chunk := reader.read(7):
        read += chunk
    assert read == b"".join(pieces)


def test_a_piece_is_asked_for_only_when_the_one_before_was_read():
    asked = []

    def make():
        for number in range(3):
            asked.append(number)
            yield b"x" * 10

    source = Pieces(make())
    buffer = bytearray(4)
    source.readinto(buffer)
    assert asked == [0]
