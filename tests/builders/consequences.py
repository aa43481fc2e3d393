"""Consequences of a case file as commissions and custody hear of them: from the worker, as text."""

from datetime import date, datetime, timedelta
from typing import Any

from app.commissions.jobs import resume_dealer, suspend_dealer
from app.custody.jobs import resume_supply, stop_supply
from app.kit import clock

SUSPEND, STOP = "suspend_rebates", "stop_supply"


def today() -> date:
    return clock.business_day(clock.now())


def tomorrow() -> date:
    return today() + timedelta(days=1)


def is_set(brand_id: int, dealer_id: int, stage: str, *, starts_on: date | None = None, number=1) -> None:
    told = _told(dealer_id, stage, starts_on, number)
    suspend_dealer(brand_id=brand_id, **told)
    stop_supply(brand_id=brand_id, **told)


def is_ended(
    brand_id: int,
    dealer_id: int,
    stage: str,
    *,
    starts_on: date | None = None,
    number=1,
    ended_at: datetime | None = None,
) -> None:
    told = _told(dealer_id, stage, starts_on, number)
    ended = (ended_at or clock.now()).isoformat()
    resume_dealer(brand_id=brand_id, **told, ended_at=ended)
    resume_supply(brand_id=brand_id, **told, ended_at=ended)


def _told(dealer_id: int, stage: str, starts_on: date | None, number: int) -> dict[str, Any]:
    day = (starts_on or today()).isoformat()
    return {"consequence_id": number, "dealer_id": dealer_id, "stage": stage, "starts_on": day}
