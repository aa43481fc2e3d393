"""Who holds what now, and how it came there."""

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.custody.models import Movement, Shipment
from app.custody.rules import Held, Run

# The stored ranges that touch any of the runs: the nearest start below each, and all starts inside.
TOUCHING = text("""
SELECT DISTINCT near.lo, near.hi, near.dealer_id, near.shipment_id, near.movement_id, near.since, near.id
FROM unnest(CAST(:los AS bigint[]), CAST(:his AS bigint[])) AS run (lo, hi)
CROSS JOIN LATERAL (
    (SELECT * FROM custody_holding WHERE brand_id = :brand_id AND lo < run.lo ORDER BY lo DESC LIMIT 1)
    UNION ALL
    SELECT * FROM custody_holding WHERE brand_id = :brand_id AND lo >= run.lo AND lo < run.hi
) near
WHERE near.hi > run.lo ORDER BY near.lo""")


def holdings_touching(session: Session, runs: Sequence[Run]) -> list[Held]:
    """The current holdings that share a code with any of the disjoint ``runs``, in order."""
    bound = {
        "brand_id": session.info["brand_id"],
        "los": [run.lo for run in runs],
        "his": [run.hi for run in runs],
    }
    return [Held(*row) for row in session.execute(TOUCHING, bound)]


def shipment_by_number(session: Session, number: str) -> Shipment | None:
    return session.scalar(select(Shipment).where(Shipment.number == number))


def runs_of_shipment(session: Session, shipment_id: int) -> list[Run]:
    """What a shipment moved, as it was scanned."""
    statement = select(Movement.lo, Movement.hi).where(Movement.shipment_id == shipment_id).order_by(Movement.lo)
    return [Run(lo, hi) for lo, hi in session.execute(statement)]
