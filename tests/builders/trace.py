"""A small factory's day: units in cases on pallets, shipped, one case opened, one unit withdrawn."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app import catalog, channel, codes, custody
from tests.builders.catalog import a_sku
from tests.builders.channel import a_dealer, a_terminal
from tests.builders.codes import Packed, packed_batches, void
from tests.builders.custody import a_shipment, an_opened_case

MADE = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
COUNTY = "310101"


@dataclass(frozen=True, slots=True)
class Day:
    sku: catalog.Sku
    packed: Packed
    dealer: channel.Dealer
    terminal: channel.Terminal
    shipment: custody.Shipped

    @property
    def gtin(self) -> str:
        return self.sku.gtin.zfill(14)

    def unit(self, brand_id: int, index: int = 0) -> str:
        return outer(brand_id, self.packed.units.lo + index)

    def case(self, brand_id: int, index: int = 0) -> str:
        return outer(brand_id, self.packed.cases.lo + index)


def outer(brand_id: int, code_no: int) -> str:
    """A code as printed on the outside."""
    ((_, _, [text]),) = codes.records.outer_texts(brand_id, code_no, code_no + 1)
    return text


def a_day(session: Session, *, pallets=1, cases=2, units=24, at: datetime = MADE) -> Day:
    """Everything an hour after the other: activated and packed, shipped by the pallet, opened, withdrawn."""
    sku = a_sku(session)
    packed = packed_batches(session, sku=sku, pallets=pallets, cases_per_pallet=cases, units_per_case=units, at=at)
    dealer = a_dealer(session, counties=[COUNTY])
    terminal = a_terminal(session, dealer=dealer, name="老王便利店", county=COUNTY)
    hour = timedelta(hours=1)
    shipped = a_shipment(
        session, range(packed.pallets.lo, packed.pallets.hi), dealer=dealer, number="FH-1", at=at + hour
    )
    an_opened_case(session, packed.cases.lo, terminal=terminal, at=at + 2 * hour)
    last = packed.units.hi - 1
    void(session, lo=last, hi=last + 1, reason="召回", by=1, at=at + 3 * hour)
    return Day(sku, packed, dealer, terminal, shipped)
