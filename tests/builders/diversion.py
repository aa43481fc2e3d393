"""Consumers who scan somewhere, and the job that judges them."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app import channel, custody
from app.diversion.jobs import SETTLING, judge_sightings
from app.kit import clock

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
OWN, NEAR, FAR, FARTHER = "310101", "310104", "330106", "330109"
_devices = itertools.count(1)


def a_sighting(
    session: Session,
    code_no: int,
    county: str | None = OWN,
    *,
    kind="query",
    person_id: int | None = None,
    device: str | None = None,
    at: datetime = AT,
) -> None:
    """A code seen in a county; by a device that was never seen before, unless told otherwise."""
    device = device or (None if person_id else f"device{next(_devices)}")
    seen = custody.Seen(code_no=code_no, kind=kind, person_id=person_id, device=device, county=county)
    custody.note_sighting(session, seen, at=at)


def scans(session: Session, code_nos: Sequence[int], county: str, *, at: datetime = AT) -> None:
    """Each code seen once, each by a consumer of its own, in the course of a week."""
    for number, code_no in enumerate(code_nos):
        a_sighting(session, code_no, county, at=at + timedelta(days=number % 7))


def two_dealers(session: Session) -> tuple[channel.Dealer, channel.Dealer]:
    """A house dealer stands behind; one dealer of a county, one of another far away."""
    channel.create_dealer(session, name="直营", counties=("310115",), house=True, at=AT)
    east = channel.create_dealer(session, name="黄浦经销", counties=(OWN,), at=AT)
    west = channel.create_dealer(session, name="西湖经销", counties=(FAR,), at=AT)
    return east, west


def judge(brand_id: int) -> None:
    """Run the job just as late as it must run to see what was written a moment ago."""
    judge_sightings(brand_id=brand_id, at=clock.now() + SETTLING + timedelta(milliseconds=1))
