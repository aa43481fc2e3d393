"""What phones show, and what a prize comes to, without I/O."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rewards.rules import (
    SLOTS,
    STATES,
    Address,
    Shown,
    digits_of,
    due_points,
    expires_soon,
    is_fresh,
    key_of,
    metres,
    nearest,
    read_signed,
    seconds_left,
    shown_at,
    sign,
    slots_of,
    state_text,
    window_of,
)

KEY = key_of(b"k" * 32)
AT = datetime(2026, 11, 2, 4, 0, 10, tzinfo=UTC)
slots = st.integers(0, SLOTS - 1)


@given(slots, st.integers(1, 2**31))
def test_digits_lead_back_to_their_slot(slot: int, window: int) -> None:
    digits = digits_of(KEY, window, slot)
    assert len(digits) == 8
    assert (window, slot) in list(slots_of(KEY, digits, shown_at(window)))


@given(st.integers(0, 2**31), st.lists(slots, unique=True, max_size=50))
def test_no_two_slots_show_the_same_digits(window: int, shown: list[int]) -> None:
    assert len({digits_of(KEY, window, slot) for slot in shown}) == len(shown)


def test_digits_change_with_every_window_and_every_key() -> None:
    seen = {digits_of(key, window, 7) for key in (KEY, key_of(b"o" * 32)) for window in range(100)}
    assert len(seen) == 200


def test_digits_count_for_thirty_to_sixty_seconds() -> None:
    window = window_of(AT)
    digits = digits_of(KEY, window, 7)
    late = shown_at(window) + timedelta(seconds=59)
    assert (window, 7) in list(slots_of(KEY, digits, late))
    assert (window, 7) not in list(slots_of(KEY, digits, late + timedelta(seconds=1)))
    assert seconds_left(AT) == 20


def test_a_signed_text_says_what_was_shown_and_nothing_else_passes() -> None:
    shown = Shown(2**62, window_of(AT))
    text = sign(KEY, "shown", shown)
    assert len(text) < 60
    assert read_signed(KEY, "shown", text) == shown
    assert read_signed(KEY, "ticket:1", text) is None
    assert read_signed(key_of(b"o" * 32), "shown", text) is None


@given(st.text(max_size=100))
def test_whatever_is_typed_is_read_without_an_error(text: str) -> None:
    assert read_signed(KEY, "shown", text) is None


@given(st.integers(0, 200), st.sampled_from("0123456789abcdefghijklmnopqrstuvwxyz."))
def test_a_signed_text_with_one_changed_letter_is_refused(place: int, letter: str) -> None:
    text = sign(KEY, "shown", Shown(12345, 678))
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]
    assert changed == text or read_signed(KEY, "shown", changed) is None


def test_a_window_is_fresh_until_the_second_after_it() -> None:
    now = window_of(AT)
    assert [is_fresh(window, AT) for window in (now + 1, now, now - 1, now - 2)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("lots", "gone", "balance", "due"),
    [
        ([300], 0, 300, 300),
        ([300], 100, 200, 200),
        ([300], 300, 500, 0),
        ([300, 200], 300, 900, 200),
        ([300], 0, 100, 100),
        ([], 50, 100, 0),
    ],
)
def test_of_points_that_end_only_those_go_that_were_not_spent(
    lots: list[int], gone: int, balance: int, due: int
) -> None:
    assert due_points(lots, gone=gone, balance=balance) == due


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500)), max_size=20))
def test_points_never_fall_below_zero_and_all_end_when_all_lots_have_ended(life: list[tuple[int, int]]) -> None:
    """Lots come, some are spent; lots end in their order."""
    balance = sum(points for points, _ in life)
    spent = min(balance, sum(part for _, part in life))
    balance, gone = balance - spent, spent
    for ended in range(1, len(life) + 1):
        lots = [points for points, _ in life[:ended]]
        due = due_points(lots, gone=gone, balance=balance)
        balance, gone = balance - due, gone + due
        assert balance >= 0
        assert gone >= min(sum(lots), gone)
    assert balance == 0


def test_every_state_has_words_in_both_languages() -> None:
    for state, reason in STATES:
        assert state_text(state, reason) != state
        assert state_text(state, reason, "en").isascii()


@pytest.mark.parametrize(
    ("state", "after", "soon"),
    [
        ("won", timedelta(days=3), True),
        ("won", timedelta(days=3, seconds=1), False),
        ("won", timedelta(0), False),
        ("received", timedelta(days=1), False),
    ],
)
def test_a_prize_ends_soon_three_days_before(state: str, after: timedelta, soon: object) -> None:
    assert expires_soon(state, AT + after, AT) is soon


def test_an_address_is_masked_to_what_its_owner_knows() -> None:
    masked = Address("王小明", "13912345678", "浙江省杭州市西湖区", "文三路 1 号").masked()
    assert masked == "王** 139****5678 浙江省杭州市西湖区"


def test_the_nearest_shop_comes_first_and_unknown_places_last() -> None:
    bund, pudong = (31_240_000, 121_490_000), (31_240_000, 121_500_000)
    assert 900 < metres(bund, pudong) < 1_000
    assert nearest([("a", None), ("b", 900), ("c", 20)], 2) == [("c", 20), ("b", 900)]
