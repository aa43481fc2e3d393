from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import identity
from app.kit.paging import Page, page
from app.kit.statement import Question, Row
from app.rewards.models import Claim

FIND = """
SELECT person_id, tier_name, amount_fen, at FROM rewards_claim
WHERE brand_id = %(brand_id)s AND code_no = %(code_no)s AND share_no = %(rewards_share_no)s"""

WON = f"""
SELECT true FROM rewards_claim
WHERE brand_id = %(brand_id)s AND tier_no IS NOT NULL
  AND person_id IN ({identity.same_person_sql("%(rewards_person_id)s")}) LIMIT 1"""  # noqa: S608  # the part is ours


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who holds the prize of a code, what it is, and since when."""

    person_id: int
    tier_name: str | None
    amount_fen: int
    at: datetime


def claim_question(*, brand_id: int, code_no: int, share_no: int = 1) -> Question:
    """Who holds the prize of a code, for whoever asks it together with others; `read_claim` reads its row."""
    return Question(FIND, 4, {"brand_id": brand_id, "code_no": code_no, "rewards_share_no": share_no})


def won_question(*, brand_id: int, person_id: int) -> Question:
    """Whether a person, under any of their ids, has won before; no row when not."""
    return Question(WON, 1, {"brand_id": brand_id, "rewards_person_id": person_id})


def read_claim(row: Row | None) -> Claimed | None:
    return Claimed(*row) if row else None


def claim_row(session: Session, code_no: int) -> Claim | None:
    statement = select(Claim).where(Claim.brand_id == session.info["brand_id"], Claim.code_no == code_no)
    return session.scalar(statement)


CLAIMED = text("""
SELECT claim.code_no FROM unnest(CAST(:los AS bigint[]), CAST(:his AS bigint[])) AS wanted (lo, hi)
CROSS JOIN LATERAL (
  SELECT code_no FROM rewards_claim
  WHERE brand_id = :brand_id AND code_no >= wanted.lo AND code_no < wanted.hi ORDER BY code_no LIMIT 1
) claim LIMIT 1""")


def first_claimed(session: Session, ranges: Iterable[tuple[int, int]]) -> int | None:
    """A code of the ranges that somebody has claimed."""
    los, his = zip(*ranges, strict=True)
    bound = {"brand_id": session.info["brand_id"], "los": list(los), "his": list(his)}
    found = session.execute(CLAIMED, bound).scalar()
    return None if found is None else int(found)


def claims_by_tier(session: Session, campaign_id: int, *, lo: int, hi: int) -> dict[int | None, int]:
    """How many codes ``lo <= code_no < hi`` of a campaign were claimed, by the tier they won; None for nothing."""
    counted = (
        select(Claim.tier_no, func.count())
        .where(Claim.brand_id == session.info["brand_id"], Claim.code_no >= lo, Claim.code_no < hi)
        .where(Claim.campaign_id == campaign_id)
        .group_by(Claim.tier_no)
    )
    return {tier_no: int(count) for tier_no, count in session.execute(counted)}


def claims_of_person(session: Session, person_id: int, *, cursor: str | None, limit: int) -> Page[Claim]:
    mine = select(Claim).where(Claim.brand_id == session.info["brand_id"], Claim.person_id == person_id)
    return page(session, mine, Claim.id, cursor=cursor, limit=limit)


CLAIMS_NOT_POSTED = text("""
SELECT c.code_no FROM rewards_claim c WHERE c.brand_id = :brand_id AND c.amount_fen > 0 AND NOT EXISTS (
  SELECT FROM ledger_transaction t
  JOIN ledger_posting p ON p.brand_id = :brand_id AND p.transaction_id = t.id
  WHERE t.brand_id = :brand_id AND t.cause = 'claim:' || c.code_no || ':' || c.share_no
    AND p.reason = 'prize' AND p.amount = c.amount_fen) LIMIT 20""")
REVOKED_AND_CLAIMED = text("""
SELECT claim.code_no FROM codes_revocation back CROSS JOIN LATERAL (
  SELECT code_no FROM rewards_claim WHERE brand_id = :brand_id
    AND code_no >= back.lo AND code_no < back.hi AND at < back.revoked_at ORDER BY code_no LIMIT 1
) claim WHERE back.brand_id = :brand_id LIMIT 20""")
PRIZES_DIFFER = text("""
SELECT (SELECT coalesce(sum(amount_fen), 0) FROM rewards_claim WHERE brand_id = :brand_id) AS claimed,
  (SELECT coalesce(sum(amount), 0) FROM ledger_posting
   WHERE brand_id = :brand_id AND reason = 'prize') AS posted""")


def check_invariants(session: Session) -> list[str]:
    """The prizes of all claims and what the ledger paid as prizes are the same, one by one and in sum."""
    bound = {"brand_id": session.info["brand_id"]}
    wrong = [
        f"claim {code_no}: prize not posted" for code_no in session.execute(CLAIMS_NOT_POSTED, bound).scalars()
    ]
    wrong += [
        f"claim {code_no}: its activation was revoked after it"
        for code_no in session.execute(REVOKED_AND_CLAIMED, bound).scalars()
    ]
    claimed, posted = session.execute(PRIZES_DIFFER, bound).one()
    return wrong if claimed == posted else [*wrong, f"claims {claimed} fen, posted prizes {posted} fen"]
