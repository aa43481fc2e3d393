"""What must hold of a brand's custody at any time."""

from collections.abc import Iterator
from itertools import pairwise

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.custody.models import Holding, Movement
from app.custody.rules import Held, settle

MOVED = select(
    Movement.lo,
    Movement.hi,
    Movement.dealer_id,
    Movement.shipment_id,
    Movement.id,
    Movement.at,
    Movement.terminal_id,
).where(Movement.kind != "received")
HOLDS = select(
    Holding.lo,
    Holding.hi,
    Holding.dealer_id,
    Holding.shipment_id,
    Holding.movement_id,
    Holding.since,
    Holding.terminal_id,
).order_by(Holding.lo)
LOST_TERMINALS = text("""
SELECT opening.case_no FROM custody_opening opening
LEFT JOIN channel_terminal terminal
    ON terminal.brand_id = opening.brand_id AND terminal.id = opening.terminal_id
WHERE opening.brand_id = :brand_id AND terminal.id IS NULL ORDER BY 1 LIMIT 5""")
MISCOUNTED = text("""
SELECT document.number FROM custody_shipment document
LEFT JOIN LATERAL (
    SELECT sum(hi - lo) AS codes FROM custody_movement
    WHERE brand_id = :brand_id AND shipment_id = document.id
) moved ON true
LEFT JOIN LATERAL (
    SELECT sum(hi - lo) AS codes FROM custody_discrepancy
    WHERE brand_id = :brand_id AND shipment_id = document.id AND kind = 'surplus'
) surplus ON true
WHERE document.brand_id = :brand_id
    AND document.codes <> coalesce(moved.codes, 0) + coalesce(surplus.codes, 0)
ORDER BY 1 LIMIT 5""")
CONFIRMED_WRONGLY = text("""
SELECT later.number FROM custody_shipment later
JOIN custody_shipment first ON first.brand_id = :brand_id AND first.id = later.of_id
WHERE later.brand_id = :brand_id AND (
    first.kind IN ('received', 'reversed')
    OR (later.kind = 'received' AND EXISTS (
        SELECT 1 FROM custody_shipment WHERE brand_id = :brand_id AND of_id = first.id AND kind = 'reversed'
    ))
) ORDER BY 1 LIMIT 5""")
SENTENCES = (
    (LOST_TERMINALS, "custody: case {} was opened by a terminal that does not exist"),
    (MISCOUNTED, "custody: document {} does not count what it moved"),
    (CONFIRMED_WRONGLY, "custody: document {} follows one that cannot be received or taken back"),
)


def check_invariants(session: Session) -> list[str]:
    """One sentence for each broken fact; an empty list is health."""
    bound = {"brand_id": session.info["brand_id"]}
    found = [
        sentence.format(subject)
        for statement, sentence in SENTENCES
        for subject in session.execute(statement, bound).scalars()
    ]
    return [*found, *_wrong_holdings(session)]


def _wrong_holdings(session: Session) -> Iterator[str]:
    """Holdings are disjoint and exactly what the movements, settled anew, come to."""
    stored = [Held(*row[:-1], terminal_id=row[-1]) for row in session.execute(HOLDS)]
    for one, other in pairwise(stored):
        if other.lo < one.hi:
            yield f"custody: holdings overlap from code {other.lo}"
    expected = settle(Held(*row[:-1], terminal_id=row[-1]) for row in session.execute(MOVED))
    for held in sorted(set(stored) ^ set(expected), key=lambda held: held.lo)[:5]:
        yield f"custody: the holding of code {held.lo} disagrees with the movements"
