"""The brand's inspector scans a code somewhere: who should be selling here, and is it evidence."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import channel, codes, custody
from app.diversion.actions.findings import Finding, month_of, scope_of, write_down
from app.diversion.actions.reviewing import pack_of
from app.diversion.models import InspectionRow
from app.diversion.rules import Areas, Piece
from app.kit.regions import Region

UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Inspected:
    """An inspection as recorded: who holds the goods, and whose county this is by the brand's own areas."""

    row: InspectionRow
    evidence: bool


def inspect(
    session: Session,
    areas: Areas,
    read: codes.CodeRead,
    *,
    where: channel.Place | None,
    region: Region | None,
    note: str,
    by: int,
    at: datetime,
) -> Inspected:
    """Note what an inspector saw. A pack, not a unit, that is far from its dealer's area is direct evidence.

    A single bottle may have come in anybody's bag, so it counts for nothing but the record.
    """
    goods = custody.lineage(session, read.code_no)
    county = region.code if region else None
    place = areas.place(goods.dealer_id, county, at) if goods.dealer_id is not None else None
    row = InspectionRow(
        code_no=read.code_no,
        level=read.batch.level,
        dealer_id=goods.dealer_id,
        county=county,
        place=place,
        latitude_e6=where.latitude_e6 if where else None,
        longitude_e6=where.longitude_e6 if where else None,
        note=note,
        by=by,
        at=at,
    )
    session.add(row)
    session.flush()
    _note(session, row, at)
    evidence = place == "far" and row.level != UNIT and goods.shipment_id is not None
    if evidence:
        write_down(session, [_finding(session, row, goods, areas)], at=at)
    return Inspected(row, evidence)


def _note(session: Session, row: InspectionRow, at: datetime) -> None:
    seen = custody.Seen(
        code_no=row.code_no,
        kind="inspection",
        person_id=row.by,
        county=row.county,
        latitude_e6=row.latitude_e6,
        longitude_e6=row.longitude_e6,
    )
    custody.note_sighting(session, seen, at=at)


def _finding(session: Session, row: InspectionRow, goods: custody.Lineage, areas: Areas) -> Finding:
    """A pack is one piece of evidence, however many inspectors scan it: `pieces_of` takes the last scan."""
    if goods.dealer_id is None or goods.shipment_id is None:
        raise LookupError("evidence is about goods that a dealer holds")
    pallet_no = pack_of(session, (step.code_no for step in goods.path), "pallet")
    scope, scope_no = scope_of(pallet_no, goods.shipment_id)
    return Finding(
        cause=f"inspection:{row.id}",
        dealer_id=goods.dealer_id,
        piece=Piece("inspection", row.code_no),
        scope=scope,
        scope_no=scope_no,
        period_on=month_of(row.at),
        shipment_id=goods.shipment_id,
        noise_ppm=0,
        facts={
            "inspection_id": str(row.id),
            "county": row.county,
            "at": row.at.isoformat(),
            "note": row.note,
            "own": sorted(areas.counties(goods.dealer_id, row.at)),
        },
    )
