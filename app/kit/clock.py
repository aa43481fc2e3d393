"""The only reader of the clock; everything else is told the time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_zone = SHANGHAI


def use_zone(zone: ZoneInfo) -> None:
    """Where the brands of this process do business; in Shanghai unless told otherwise."""
    global _zone  # noqa: PLW0603  chosen once, as the folder of files is
    _zone = zone


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  this module is what the ban points to


def business_day(at: datetime, zone: ZoneInfo | None = None) -> date:
    """The calendar day of an instant where the brand does business."""
    return at.astimezone(zone or _zone).date()


def day_bounds(day: date, zone: ZoneInfo | None = None) -> tuple[datetime, datetime]:
    """The first instant of a business day and the first of the next."""
    zone = zone or _zone
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)
