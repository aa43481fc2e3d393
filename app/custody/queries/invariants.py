"""What must hold of a brand's custody at any time."""

from collections.abc import Iterator
from itertools import pairwise

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.custody.models import Holding, Movement
from app.custody.rules import Held, settle

MOVED = select(Movement.lo, Movement.hi, Movement.dealer_id, Movement.shipment_id, Movement.id, Movement.at)
HOLDS = select(
    Holding.lo, Holding.hi, Holding.dealer_id, Holding.shipment_id, Holding.movement_id, Holding.since
).order_by(Holding.lo)
LOST_TERMINALS = text("""
SELECT opening.case_no FROM custody_opening opening
LEFT JOIN channel_terminal terminal
    ON terminal.brand_id = opening.brand_id AND terminal.id = opening.terminal_id
WHERE opening.brand_id = :brand_id AND terminal.id IS NULL ORDER BY 1 LIMIT 5""")


def check_invariants(session: Session) -> list[str]:
    """One sentence for each broken fact; an empty list is health."""
    return [*_lost_terminals(session), *_wrong_holdings(session)]


def _lost_terminals(session: Session) -> Iterator[str]:
    for case_no in session.execute(LOST_TERMINALS, {"brand_id": session.info["brand_id"]}).scalars():
        yield f"custody: case {case_no} was opened by a terminal that does not exist"


def _wrong_holdings(session: Session) -> Iterator[str]:
    """Holdings are disjoint and exactly what the movements, settled anew, come to."""
    stored = [Held(*row) for row in session.execute(HOLDS)]
    for one, other in pairwise(stored):
        if other.lo < one.hi:
            yield f"custody: holdings overlap from code {other.lo}"
    expected = settle(Held(*row) for row in session.execute(MOVED))
    for held in sorted(set(stored) ^ set(expected), key=lambda held: held.lo)[:5]:
        yield f"custody: the holding of code {held.lo} disagrees with the movements"
