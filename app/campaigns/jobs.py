import logging
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import codes, identity
from app.campaigns.actions import carry_out, raise_alarms
from app.kit.errors import AppError, Unavailable
from app.kit.transaction import transaction

MOST_PLANS = 100
log = logging.getLogger(__name__)

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


def watch_budgets(*, brand_id: int, at: datetime) -> None:
    """Say once of every budget that it is low."""
    with transaction(brand_id) as session:
        raise_alarms(session, at=at)


def carry_out_plans(*, brand_id: int, at: datetime) -> None:
    """Carry out what is due, each plan in a transaction of its own, so that one refusal stops no other.

    Two workers may come to the same plan; the first to take it does it.
    """
    with transaction(brand_id) as session:
        due = codes.states.due_plans(session, at=at, limit=MOST_PLANS)
    for plan_id in due:
        try:
            with transaction(brand_id) as session:
                _carry_out(session, plan_id, at)
        except Unavailable:
            raise
        except AppError as refusal:
            with transaction(brand_id) as session:
                codes.states.fail_plan(session, plan_id, refusal, at=at)
        except Exception:
            log.exception("a plan is tried again next round", extra={"brand_id": brand_id, "plan": plan_id})


def _carry_out(session: Session, plan_id: int, at: datetime) -> None:
    row = carry_out(session, plan_id, at=at)
    if row is not None:
        told = {"subject": row.subject, "count": row.count, "reason": row.reason}
        identity.record(
            session,
            actor=row.planned_by,
            action=f"codes.{row.kind}_carried_out",
            subject=f"plan:{plan_id}",
            before=None,
            after=told,
            at=at,
        )
