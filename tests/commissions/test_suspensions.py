"""A dealer's rebates are suspended and resumed, however often and in whichever order the news comes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app import commissions
from app.commissions.models import Suspension
from app.kit.cache import current_version
from app.kit.transaction import transaction
from tests.builders.channel import a_dealer
from tests.builders.consequences import STOP, SUSPEND, is_ended, is_set

DAY = date(2026, 12, 1)
FIRST_INSTANT = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)  # midnight in Shanghai


@pytest.fixture
def dealer_id(committed) -> int:
    with committed() as session:
        return a_dealer(session).id


@pytest.fixture
def look(brand, committed):
    """Who is suspended since when, how many rows say so, and the version of the brand's memory."""

    def asked():
        with committed() as session:
            rows = len(session.scalars(select(Suspension)).all())
            since = commissions.suspended_since(session, brand.id)
            return since, rows, current_version(session, brand.id)

    return asked


def test_a_suspension_begins_with_its_business_day_once_however_often_it_is_told(brand, dealer_id, look):
    before = look()[2]
    for _ in range(3):
        is_set(brand.id, dealer_id, SUSPEND, starts_on=DAY)
    assert look() == ({dealer_id: FIRST_INSTANT}, 1, before + 1)


def test_it_ends_once_and_is_forgotten_by_memory_at_once(brand, dealer_id, look):
    before = look()[2]
    is_set(brand.id, dealer_id, SUSPEND, starts_on=DAY)
    for hours in (0, 1):
        is_ended(
            brand.id, dealer_id, SUSPEND, starts_on=DAY, ended_at=FIRST_INSTANT + timedelta(days=9, hours=hours)
        )
    assert look() == ({}, 1, before + 2)


def test_what_ended_before_it_was_heard_of_never_begins(brand, dealer_id, look, committed):
    ended_at = FIRST_INSTANT + timedelta(days=9)
    is_ended(brand.id, dealer_id, SUSPEND, starts_on=DAY, ended_at=ended_at)
    is_set(brand.id, dealer_id, SUSPEND, starts_on=DAY)
    assert look()[:2] == ({}, 1)
    with committed() as session:
        row = session.scalars(select(Suspension)).one()
        assert (row.dealer_id, row.starts_on, row.ended_at) == (dealer_id, DAY, ended_at)


def test_of_two_suspensions_the_earlier_day_counts_until_both_have_ended(brand, dealer_id, look):
    later = DAY + timedelta(days=5)
    is_set(brand.id, dealer_id, SUSPEND, starts_on=later, number=2)
    is_set(brand.id, dealer_id, SUSPEND, starts_on=DAY, number=1)
    assert look()[0] == {dealer_id: FIRST_INSTANT}
    is_ended(brand.id, dealer_id, SUSPEND, starts_on=DAY, number=1)
    assert look()[0] == {dealer_id: FIRST_INSTANT + timedelta(days=5)}
    is_ended(brand.id, dealer_id, SUSPEND, starts_on=later, number=2)
    assert look()[0] == {}


@pytest.mark.parametrize("stage", ["notice", "talk", STOP])
def test_other_consequences_hold_no_rebates(brand, dealer_id, look, stage):
    before = look()
    is_set(brand.id, dealer_id, stage, starts_on=DAY)
    is_ended(brand.id, dealer_id, stage, starts_on=DAY)
    assert look() == before


def test_a_suspension_is_one_brands_own(brand, other_brand, dealer_id):
    is_set(brand.id, dealer_id, SUSPEND, starts_on=DAY)
    with transaction(other_brand.id) as session:
        assert commissions.suspended_since(session, other_brand.id) == {}
