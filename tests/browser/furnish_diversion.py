"""Pallets of two more dealers whose bottles were scanned far away, as the job has found it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import channel, custody, identity
from app.diversion.jobs import SETTLING, judge_sightings
from app.kit import clock
from tests.builders.codes import packed_batches

# A dealer, its county, where its bottles turned up, and the number of its shipment.
LOST = (("江海食品", "310110", "330106", "FH2"), ("湖滨商行", "310112", "330109", "FH3"))


def lose_goods(session: Session, boss_id: int, *, at: datetime) -> None:
    """All of them speak through one person."""
    for lost in LOST:
        _lose(session, boss_id, *lost, at=at)


def _lose(session: Session, boss_id: int, name: str, own: str, far: str, shipment: str, *, at: datetime) -> None:
    dealer = channel.create_dealer(session, name=name, counties=(own,), at=at)
    identity.grant_role(session, person_id=boss_id, role="dealer", scope_id=dealer.id, by=None, at=at)
    goods = packed_batches(session, pallets=1, cases_per_pallet=2, units_per_case=12)
    custody.ship(session, dealer_id=dealer.id, number=shipment, code_nos=[goods.pallets.lo], at=at)
    for number in range(20):
        county = far if number < 15 else own
        seen = custody.Seen(goods.units.lo + number, "query", device=f"{shipment}phone{number}", county=county)
        custody.note_sighting(session, seen, at=at + timedelta(days=1 + number % 6))


def judge(brand_id: int) -> None:
    judge_sightings(brand_id=brand_id, at=clock.now() + SETTLING + timedelta(milliseconds=1))
