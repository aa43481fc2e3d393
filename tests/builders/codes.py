"""Minted, activated and packed codes for tests."""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from app import catalog, codes
from tests.builders.catalog import a_sku

AT = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
STAFF = 1
_serials = itertools.count(1)


def a_batch(
    session: Session,
    *,
    sku: catalog.Sku | None = None,
    number: str | None = None,
    level="unit",
    count=48,
    has_inner: bool | None = None,
    made_on: date | None = date(2026, 10, 1),
    expires_on: date | None = date(2098, 10, 1),
    at: datetime = AT,
) -> codes.BatchInfo:
    """A minted batch; units are printed in pairs, other levels on the outside only."""
    return codes.mint_batch(
        session,
        sku_id=(sku or a_sku(session)).id,
        number=number or f"T{next(_serials):06}",
        level=level,
        count=count,
        has_inner=level == "unit" if has_inner is None else has_inner,
        made_on=made_on,
        expires_on=expires_on,
        at=at,
    )


def an_active_batch(session: Session, *, at: datetime = AT, **batch) -> codes.BatchInfo:
    minted = a_batch(session, at=at, **batch)
    codes.activate(session, batch_id=minted.id, by=STAFF, at=at)
    return minted


def void(session: Session, *, lo: int, hi: int, reason="召回", by=STAFF, at: datetime = AT) -> None:
    """Withdraw a range, as a plan that two people have agreed to does."""
    codes.states.block_ranges(session, kind="void", ranges=[(lo, hi)], reason=reason, by=by, at=at)


def texts_of(session: Session, batch: codes.BatchInfo, *, first=0, count: int | None = None) -> list[str]:
    """The codes of a batch as a scan would give them: the inner face where there is one."""
    lo = batch.lo + first
    hi = batch.hi if count is None else lo + count
    return [code.inner or code.outer for code in codes.printed(session, batch_id=batch.id, lo=lo, hi=hi)]


@dataclass(frozen=True, slots=True)
class Packed:
    units: codes.BatchInfo
    cases: codes.BatchInfo
    pallets: codes.BatchInfo


def packed_batches(
    session: Session,
    *,
    sku: catalog.Sku | None = None,
    pallets=1,
    cases_per_pallet=4,
    units_per_case=6,
    at: datetime = AT,
) -> Packed:
    """Active units in active cases on active pallets, all in order."""
    sku = sku or a_sku(session)
    cases = pallets * cases_per_pallet
    made = Packed(
        an_active_batch(session, sku=sku, count=cases * units_per_case, at=at),
        an_active_batch(session, sku=sku, level="case", count=cases, at=at),
        an_active_batch(session, sku=sku, level="pallet", count=pallets, at=at),
    )
    for parents, children, per_parent in (
        (made.cases, made.units, units_per_case),
        (made.pallets, made.cases, cases_per_pallet),
    ):
        codes.pack(
            session, parents_batch_id=parents.id, children_batch_id=children.id, per_parent=per_parent, at=at
        )
    return made
