"""What a spec prints, how large its QR code is, and how many codes each level needs."""

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from app.codes.rules.specs import SAMPLE, Form, Level, counts_of, fault_of, sample
from app.codes.rules.text import LENGTH, normalise

BASE = "https://q.example.com"


def test_a_short_address_in_capitals_makes_the_smallest_code():
    upper, lower = (sample(Form(BASE, "short", letter_case)) for letter_case in ("upper", "lower"))
    assert upper.text == f"HTTPS://Q.EXAMPLE.COM/S/{SAMPLE}"
    assert lower.text == f"https://q.example.com/s/{SAMPLE}"
    assert (upper.version, upper.modules) == (3, 29)
    assert (sample(Form("https://q.cn", "short", "upper")).modules, lower.modules) == (25, 29)


@pytest.mark.parametrize("letter_case", ["upper", "lower"])
def test_a_digital_link_is_written_as_its_standard_writes_it(letter_case):
    link = Form("HTTPS://Q.EXAMPLE.COM", "digital_link", letter_case)
    assert link.prefix("6901234567892") == "https://q.example.com/01/06901234567892/21/"
    assert sample(link).modules == 33


@given(st.sampled_from(["a.cn", "codes.brand-name.example.com", "127.0.0.1:8000"]))
def test_the_sample_is_the_size_that_a_qr_library_makes_of_it(host):
    for form in (Form(f"http://{host}", "short", "upper"), Form(f"http://{host}", "digital_link", "lower")):
        shown = sample(form)
        assert segno.make(shown.text, error="m", micro=False, boost_error=False).version == shown.version
        assert shown.modules == 17 + 4 * shown.version


def test_the_sample_is_as_long_as_a_code():
    assert len(SAMPLE) == LENGTH
    assert normalise(SAMPLE) == SAMPLE


@given(st.integers(1, 10**7), st.lists(st.integers(1, 1000), min_size=0, max_size=4))
def test_every_child_finds_a_parent_and_no_parent_is_spare(count, ratios):
    levels = [Level("a", "甲"), *(Level(f"l{n}", "乙", ratio) for n, ratio in enumerate(ratios))]
    counts = counts_of(levels, count)
    assert counts[0] == count
    for below, (level, above) in zip(counts, list(zip(levels, counts, strict=True))[1:], strict=False):
        assert (above - 1) * level.ratio < below <= above * level.ratio


@pytest.mark.parametrize(
    ("levels", "fault"),
    [
        ((), "depth"),
        (tuple(Level(f"l{n}", "级") for n in range(9)), "depth"),
        ((Level("cap", "盖"), Level("cap", "箱", 24)), "same_name"),
        ((Level("cap", "盖", 2),), "lowest_holds_nothing"),
        ((Level("cap", "盖", packed_before=True),), "lowest_holds_nothing"),
        ((Level("inner", "内盖"), Level("cap", "外盖"), Level("case", "箱", 24)), None),
    ],
)
def test_levels_that_cannot_be_are_named(levels, fault):
    assert fault_of(levels) == fault
