import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.money import format_fen


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "¥0.00"), (1, "¥0.01"), (88, "¥0.88"), (1234, "¥12.34"), (-5, "-¥0.05"), (-1234, "-¥12.34")],
)
def test_fen_are_written_as_yuan(fen: int, text: str) -> None:
    assert format_fen(fen) == text


@given(st.integers(-(10**15), 10**15))
def test_no_fen_is_lost_in_writing(fen: int) -> None:
    assert int(format_fen(fen).replace("¥", "").replace(".", "")) == fen
