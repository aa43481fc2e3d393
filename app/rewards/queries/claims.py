from collections.abc import Iterable, Sequence
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
SELECT DISTINCT claim.code_no FROM unnest(CAST(:los AS bigint[]), CAST(:his AS bigint[])) AS wanted (lo, hi)
CROSS JOIN LATERAL (
  SELECT code_no FROM rewards_claim
  WHERE brand_id = :brand_id AND code_no >= wanted.lo AND code_no < wanted.hi ORDER BY code_no LIMIT :most
) claim ORDER BY code_no LIMIT :most""")


def first_claimed(session: Session, ranges: Iterable[tuple[int, int]], *, most: int) -> Sequence[int]:
    """The first codes of the ranges that somebody has claimed, in order."""
    los, his = zip(*ranges, strict=True)
    bound = {"brand_id": session.info["brand_id"], "los": list(los), "his": list(his), "most": most}
    return session.execute(CLAIMED, bound).scalars().all()


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
