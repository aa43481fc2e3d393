"""Business days: Shanghai's calendar over instants in UTC."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.kit import clock

MIDNIGHT = datetime(2026, 11, 1, 16, 0, tzinfo=UTC)


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_the_business_day_changes_at_midnight_in_shanghai() -> None:
    assert clock.business_day(MIDNIGHT - timedelta(microseconds=1)) == date(2026, 11, 1)
    assert clock.business_day(MIDNIGHT) == date(2026, 11, 2)


def test_business_may_be_done_elsewhere() -> None:
    clock.use_zone(ZoneInfo("Asia/Tokyo"))
    try:
        assert clock.business_day(MIDNIGHT - timedelta(minutes=1)) == date(2026, 11, 2)
        assert clock.day_bounds(date(2026, 11, 2))[0] == MIDNIGHT - timedelta(hours=1)
        assert clock.business_day(MIDNIGHT - timedelta(minutes=1), clock.SHANGHAI) == date(2026, 11, 1)
    finally:
        clock.use_zone(clock.SHANGHAI)
    assert clock.business_day(MIDNIGHT) == date(2026, 11, 2)


def test_the_bounds_of_a_day_are_its_first_instant_and_that_of_the_next() -> None:
    assert clock.day_bounds(date(2026, 11, 2)) == (MIDNIGHT, MIDNIGHT + timedelta(days=1))


@given(st.datetimes(datetime(2024, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_every_instant_lies_in_the_bounds_of_its_day(at: datetime) -> None:
    start, end = clock.day_bounds(clock.business_day(at))
    assert start <= at < end


def test_a_day_of_a_brand_with_summer_time_may_have_23_hours() -> None:
    start, end = clock.day_bounds(date(2026, 3, 29), ZoneInfo("Europe/Berlin"))
    assert end - start == timedelta(hours=23)
