from sqlalchemy import text

from app.kit.transaction import transaction

JOIN = text("""
WITH absorbed AS (
  DELETE FROM campaigns_tally WHERE brand_id = :brand_id AND person_id = :person_id
  RETURNING id, campaign_id, day, times
)
INSERT INTO campaigns_tally (brand_id, id, campaign_id, person_id, day, times)
SELECT :brand_id, id, campaign_id, :survivor_id, day, times FROM absorbed
ON CONFLICT (brand_id, campaign_id, person_id, day)
DO UPDATE SET times = campaigns_tally.times + excluded.times""")


def join_tallies(*, brand_id: int, person_id: int, survivor_id: int) -> None:
    """After a merge of persons: the limits of a campaign count what both have won. Running twice adds nothing."""
    with transaction(brand_id) as session:
        session.execute(JOIN, {"brand_id": brand_id, "person_id": person_id, "survivor_id": survivor_id})
