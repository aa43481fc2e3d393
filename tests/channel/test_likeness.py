"""When two shops may be one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channel.rules import (
    Shop,
    any_serious,
    box_around,
    is_serious,
    likeness,
    normal_phone,
    normalised,
    reasons_of,
)
from app.channel.rules.likeness import ALIKE, NEAR_METRES, metres_between

names = st.text(st.sampled_from("便民小卖部超市烟酒老王记南京路 （）()ＡＢab１2·-店"), max_size=20)
latitudes, longitudes = st.integers(-85_000_000, 85_000_000), st.integers(-179_000_000, 179_000_000)


def at(latitude, longitude, name="甲", phone=None) -> Shop:
    return Shop(name, latitude, longitude, phone)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("老王便利店", "老王 超市"),
        ("ＡＢＣ烟酒（南京路店）", "abc烟酒 南京路店"),
        ("好又多生活超市", "好又多超市"),
        ("便利店", "便利店"),
    ],
)
def test_names_that_differ_in_common_words_are_alike(one, other):
    assert likeness(one, other) >= ALIKE


@pytest.mark.parametrize(("one", "other"), [("老王便利店", "老李便利店"), ("好又多", "好再来"), ("", "老王")])
def test_names_that_share_only_common_words_are_not(one, other):
    assert likeness(one, other) < ALIKE


@given(names)
def test_normalising_twice_is_normalising_once(name):
    assert normalised(normalised(name)) == normalised(name) or normalised(name) != ""
    assert (normalised(name) == "") == (likeness(name, name) == 0.0)


@given(names, names)
def test_likeness_is_symmetrical_between_nothing_and_one(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert 0.0 <= likeness(one, other) <= 1.0


@given(names, st.sampled_from([" ", "（", "·", "-", "　"]))
def test_marks_and_spaces_change_nothing(name, mark):
    assert normalised(mark.join(name)) == normalised(name)


@given(latitudes, longitudes, st.floats(0, 2 * math.pi), st.floats(0, NEAR_METRES - 1))
def test_the_box_holds_every_place_nearby(latitude, longitude, bearing, metres):
    north = metres * math.cos(bearing) / 6_371_009
    east = metres * math.sin(bearing) / 6_371_009 / math.cos(math.radians(latitude / 1e6))
    other = at(latitude + round(math.degrees(north) * 1e6), longitude + round(math.degrees(east) * 1e6))
    south, top, west, right = box_around(latitude, longitude)

    assert (metres_between(at(latitude, longitude), other) or 0) <= NEAR_METRES
    assert south <= (other.latitude_e6 or 0) <= top
    assert west <= (other.longitude_e6 or 0) <= right


def test_a_place_is_far_only_when_both_are_known():
    assert metres_between(at(31_239_700, 121_499_800), at(31_240_700, 121_499_800)) == pytest.approx(
        111.2, abs=0.1
    )
    assert metres_between(at(None, None), at(31_239_700, 121_499_800)) is None


def test_every_reason_is_named_and_one_phone_is_serious_alone():
    here, phone = (31_239_700, 121_499_800), b"hash"
    same = at(*here, name="老王便利店", phone=phone)
    assert reasons_of(same, at(*here, name="老王超市", phone=phone)) == ("phone", "place", "name")
    assert reasons_of(same, at(None, None, name="别家", phone=None)) == ()
    assert is_serious(("phone",))
    assert is_serious(("place", "name"))
    assert not is_serious(("place",))
    assert not any_serious([("place",), ("name",)])


@pytest.mark.parametrize("written", ["13800001234", "+86 138-0000-1234", "0086 13800001234", "86 13800001234"])
def test_a_mobile_number_is_known_however_it_is_written(written):
    assert normal_phone(written) == "13800001234"


@pytest.mark.parametrize(
    "written", ["", "021-63210000", "1380000123", "138000012345", "12800001234", "１３800001234"]
)
def test_what_is_no_mobile_number_is_none(written):
    assert normal_phone(written) is None
