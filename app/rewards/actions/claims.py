from dataclasses import dataclass
from datetime import datetime

from app import codes
from app.kit.database import Scope, raw
from app.kit.ids import new_id
from app.kit.statement import Change
from app.rewards.errors import AlreadyClaimed

INSERT = f"""rewards_claimed AS (
INSERT INTO rewards_claim (brand_id, code_no, share_no, id, person_id, campaign_id, rank, tier_no, tier_name,
  amount_fen, rule_version, at)
SELECT %(brand_id)s, %(code_no)s, %(share_no)s, %(rewards_id)s, %(person_id)s, %(campaign_id)s, %(rank)s,
  %(tier_no)s, %(tier_name)s, %(amount_fen)s, %(rule_version)s, %(at)s
WHERE {codes.states.active_sql("%(code_no)s")}
ON CONFLICT (brand_id, code_no, share_no) DO NOTHING RETURNING 1)"""  # the condition is ours
WRITTEN = "EXISTS (SELECT FROM rewards_claimed)"


@dataclass(frozen=True, slots=True)
class NewClaim:
    """What a person won with one share of a code: rank and tier come from the campaign's draw."""

    code_no: int
    share_no: int
    person_id: int
    campaign_id: int
    rank: int
    tier_no: int | None
    tier_name: str | None
    amount_fen: int
    rule_version: str


def claim_change(claim: NewClaim, *, brand_id: int, at: datetime) -> Change:
    """The claim as a part of a larger statement, which is undone as `AlreadyClaimed` when somebody was first.

    Or when the code's activation was revoked since it was read (`hold_claims`): whoever looks again learns which.
    """
    params = {
        "brand_id": brand_id,
        "rewards_id": new_id(),
        "code_no": claim.code_no,
        "share_no": claim.share_no,
        "person_id": claim.person_id,
        "campaign_id": claim.campaign_id,
        "rank": claim.rank,
        "tier_no": claim.tier_no,
        "tier_name": claim.tier_name,
        "amount_fen": claim.amount_fen,
        "rule_version": claim.rule_version,
        "at": at,
    }
    return Change(INSERT, WRITTEN, params, AlreadyClaimed)


def hold_claims(session: Scope) -> None:
    """Until the commit no claim is written, and all that were are seen: for whoever must know that there is none.

    The claim's statement takes its lock before its snapshot (PostgreSQL locks a statement's tables when it plans
    it), so one that had to wait sees what the holder has changed: a code that is active no more is not paid.
    """
    raw(session).execute("LOCK TABLE rewards_claim IN SHARE MODE")
