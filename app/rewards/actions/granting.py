"""The grant of a prize that is not money, as a part of the claim's one statement; and its end by the clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import campaigns, identity, ledger
from app.kit import outbox
from app.kit.ids import new_id
from app.kit.statement import Change
from app.rewards.actions.claims import NewClaim
from app.rewards.events import GrantExpiring
from app.rewards.models import Grant
from app.rewards.rules import RULE_VERSION, TOLD_BEFORE, Settings, due_points

INSERT = """rewards_granted AS (
INSERT INTO rewards_grant (brand_id, id, code_no, share_no, person_id, campaign_id, tier_name, kind, sku_id,
  price_fen, points, value_fen, goods_fen, service_fen, restock, state, reason, rule_version, won_at, expires_at,
  changed_at)
SELECT %(brand_id)s, %(grant_id)s, %(code_no)s, %(share_no)s, %(person_id)s, %(campaign_id)s, %(tier_name)s,
  %(grant_kind)s, %(grant_sku_id)s, %(grant_price_fen)s, %(grant_points)s, %(grant_value_fen)s,
  %(grant_goods_fen)s, %(grant_service_fen)s, %(grant_restock)s, %(grant_state)s, %(grant_reason)s,
  %(grant_rule)s, %(at)s,
  %(grant_expires_at)s, %(at)s
FROM rewards_claimed)"""
# The prizes of a page at once, so that a day on which very many end does not become one very long transaction.
EXPIRE = text("""
UPDATE rewards_grant SET state = 'expired', reason = 'not_used_in_time', changed_at = :at
WHERE brand_id = :brand_id AND state = 'won' AND id IN (
  SELECT id FROM rewards_grant WHERE brand_id = :brand_id AND state = 'won' AND expires_at <= :ended
  ORDER BY expires_at LIMIT :limit FOR UPDATE SKIP LOCKED) RETURNING id""")
END_POINTS = text("""
UPDATE rewards_grant SET state = 'expired', reason = 'points_expired', changed_at = :at
WHERE brand_id = :brand_id AND kind = 'points' AND state = 'received' AND expires_at <= :at
  AND person_id = ANY(:people) RETURNING id""")
ENDED_LOTS = """
SELECT points FROM rewards_grant WHERE brand_id = :brand_id AND kind = 'points' AND state = 'expired'
AND person_id = ANY(:people)"""
TELL = text("""
UPDATE rewards_grant SET told_at = :at WHERE brand_id = :brand_id AND id IN (
  SELECT id FROM rewards_grant WHERE brand_id = :brand_id AND told_at IS NULL AND expires_at > :at
    AND expires_at <= :soon AND (state = 'won' OR (kind = 'points' AND state = 'received'))
  ORDER BY expires_at LIMIT :limit FOR UPDATE SKIP LOCKED)
RETURNING id, person_id, kind, tier_name, expires_at""")


@dataclass(frozen=True, slots=True)
class NewGrant:
    """What a claim has won beside money."""

    tier_name: str
    prize: campaigns.Prize
    expires_at: datetime


def new_grant(tier_name: str, prize: campaigns.Prize, *, at: datetime) -> NewGrant | None:
    """The grant of a prize that is won now; None for money."""
    if prize.kind in campaigns.MONEY:
        return None
    return NewGrant(tier_name, prize, campaigns.expires_at(prize, at))


def grant_change(claim: NewClaim, grant: NewGrant, *, brand_id: int, at: datetime) -> Change:
    """The grant as a part of the statement that writes its claim: there is one if and only if there is the other.

    Points need nobody to hand them over: they are received at once, by `points_posting`.
    """
    state, reason = ("received", "credited") if grant.prize.kind == "points" else ("won", "drawn")
    params = {
        "brand_id": brand_id,
        "grant_id": new_id(),
        "code_no": claim.code_no,
        "share_no": claim.share_no,
        "person_id": claim.person_id,
        "campaign_id": claim.campaign_id,
        "tier_name": claim.tier_name,
        "grant_state": state,
        "grant_reason": reason,
        "grant_rule": RULE_VERSION,
        "grant_expires_at": grant.expires_at,
        "at": at,
    }
    return Change(INSERT, None, params | _promised(grant.prize))


def _promised(prize: campaigns.Prize) -> dict[str, Any]:
    return {
        "grant_kind": prize.kind,
        "grant_sku_id": prize.sku_id,
        "grant_price_fen": prize.price_fen,
        "grant_points": prize.points,
        "grant_value_fen": prize.value_fen,
        "grant_goods_fen": prize.goods_fen,
        "grant_service_fen": prize.service_fen,
        "grant_restock": prize.restock,
    }


def points_posting(claim: NewClaim, grant: NewGrant | None) -> ledger.Posting | None:
    """What credits the points of a grant; None where it gives none."""
    if grant is None or grant.prize.kind != "points":
        return None
    issued = ledger.Account("budget", "campaign", claim.campaign_id, ledger.POINTS)
    return ledger.Posting(
        issued, ledger.wallet(claim.person_id, ledger.POINTS), grant.prize.points, "points_prize"
    )


def expire_grants(session: Session, settings: Settings, *, at: datetime, limit: int) -> int:
    """End prizes that nobody has fetched, once no shop can still come with one that it took in time; how many."""
    bound = {"brand_id": session.info["brand_id"], "at": at, "ended": at - settings.grace, "limit": limit}
    return len(session.execute(EXPIRE, bound).all())


def people_with_due_points(session: Session, *, at: datetime, limit: int) -> list[int]:
    due = select(Grant.person_id).where(Grant.kind == "points", Grant.state == "received", Grant.expires_at <= at)
    return list(session.scalars(due.distinct().limit(limit)))


def expire_points(session: Session, person_id: int, *, at: datetime) -> int:
    """End a person's lots of points that are due, and take what is left of them from the wallet; how many.

    The lots and the posting change together, so that running again finds nothing.
    """
    brand_id = session.info["brand_id"]
    survivor, people = _family(session, person_id)
    bound = {"brand_id": brand_id, "people": people, "at": at}
    ended = session.execute(END_POINTS, bound).scalars().all()
    if not ended:
        return 0
    lots = session.execute(text(ENDED_LOTS), bound).scalars().all()
    gone = ledger.ever_left(session, people, ledger.POINTS)
    amount = due_points(lots, gone=gone, balance=ledger.wallet_balance(session, survivor, ledger.POINTS))
    if amount:
        void = ledger.Account("expired", "brand", brand_id, ledger.POINTS)
        moved = ledger.Posting(ledger.wallet(survivor, ledger.POINTS), void, amount, "points_expired")
        cause = f"points-expired:{min(ended)}"
        ledger.post(session, kind="points_expired", cause=cause, postings=[moved], at=at)
    return amount


def _family(session: Session, person_id: int) -> tuple[int, list[int]]:
    people = identity.same_person_ids(session, person_id)
    return people[0], list(people)


def tell_expiring(session: Session, *, at: datetime, limit: int) -> int:
    """Publish that prizes are about to end, once each; how many."""
    bound = {"brand_id": session.info["brand_id"], "at": at, "soon": at + TOLD_BEFORE, "limit": limit}
    told = session.execute(TELL, bound).all()
    for row in told:
        outbox.publish(session, GrantExpiring(f"grant-expiring:{row.id}", *row), at=at)
    return len(told)
