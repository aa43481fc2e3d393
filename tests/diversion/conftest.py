"""A diverted pallet with its file, and everybody who has a say in it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import channel
from app.diversion.models import FileRow
from app.kit import clock
from tests.builders.channel import a_terminal, an_owner, bearer, someone_with, staff_headers
from tests.builders.codes import Packed, packed_batches, texts_of
from tests.builders.custody import a_shipment
from tests.builders.diversion import FAR, OWN, judge, scans, two_dealers


@dataclass(frozen=True, slots=True)
class Story:
    """Goods of Huangpu's dealer, one pallet of which was sold in Hangzhou; headers of everybody."""

    goods: Packed
    east: channel.Dealer
    west: channel.Dealer
    file_id: int
    cases: list[str]
    units: list[str]
    operator: dict[str, str]
    admin: dict[str, str]
    auditor: dict[str, str]
    boss: dict[str, str]
    rival: dict[str, str]
    salesman: dict[str, str]
    owner: dict[str, str]


@pytest.fixture
def story(brand, committed) -> Story:
    at = clock.now() - timedelta(days=8)
    with committed() as session:
        goods = packed_batches(session, pallets=2, cases_per_pallet=2, units_per_case=12)
        east, west = two_dealers(session)
        a_shipment(session, [goods.pallets.lo, goods.pallets.lo + 1], dealer=east, number="FH-7")
        shop = a_terminal(session, dealer=east, county=OWN)
        scans(session, range(goods.units.lo, goods.units.lo + 14), FAR, at=at)
        scans(session, range(goods.units.lo + 14, goods.units.lo + 18), OWN, at=at)
    judge(brand.id)
    with committed() as session:
        return Story(
            goods=goods,
            east=east,
            west=west,
            file_id=session.scalars(select(FileRow.id)).one(),
            cases=texts_of(session, goods.cases),
            units=texts_of(session, goods.units),
            operator=staff_headers(session),
            admin=staff_headers(session, "brand_admin"),
            auditor=staff_headers(session, "auditor"),
            boss=bearer(session, someone_with(session, ("dealer", east.id))),
            rival=bearer(session, someone_with(session, ("dealer", west.id))),
            salesman=bearer(session, someone_with(session, ("salesman", east.id))),
            owner=bearer(session, an_owner(session, shop)),
        )
