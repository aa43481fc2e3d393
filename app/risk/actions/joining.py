"""Two persons turn out to be one: what was observed of one, and said of one, holds for the survivor."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kit import cache
from app.risk.queries import list_key

OBSERVED = text(
    "UPDATE risk_observation SET person_id = :survivor_id WHERE brand_id = :brand_id AND person_id = :person_id"
)
RANKED = text("""
DELETE FROM risk_rank WHERE brand_id = :brand_id AND person_id = :person_id
    AND EXISTS (SELECT FROM risk_rank WHERE brand_id = :brand_id AND person_id = :survivor_id)""")
RANK = text("UPDATE risk_rank SET person_id = :survivor_id WHERE brand_id = :brand_id AND person_id = :person_id")
# The survivor's own flag of the rules stays: the next round judges them by everything.
FLAGGED = text("""
UPDATE risk_flag flag SET subject = CAST(:survivor_id AS text)
WHERE brand_id = :brand_id AND kind = 'person' AND subject = CAST(:person_id AS text) AND lifted_at IS NULL
    AND (set_by IS NOT NULL OR NOT EXISTS (
        SELECT FROM risk_flag own WHERE own.brand_id = :brand_id AND own.kind = 'person'
            AND own.subject = CAST(:survivor_id AS text) AND own.set_by IS NULL AND own.lifted_at IS NULL))""")


def join_persons(session: Session, *, person_id: int, survivor_id: int) -> None:
    """Doing it again changes nothing."""
    bound = {"brand_id": session.info["brand_id"], "person_id": person_id, "survivor_id": survivor_id}
    for statement in (OBSERVED, RANKED, RANK, FLAGGED):
        session.execute(statement, bound)
    cache.bump(session, list_key(session.info["brand_id"]))
