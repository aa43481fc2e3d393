"""Owns what a person has won: one claim per prize share of a code, and the prizes that are not money."""

from app.rewards.actions import (
    NewClaim,
    NewGrant,
    claim_change,
    grant_change,
    hold_claims,
    new_grant,
    points_posting,
)
from app.rewards.errors import AlreadyClaimed, NotARewardCode
from app.rewards.events import GrantExpiring
from app.rewards.queries import (
    Claimed,
    check_invariants,
    claim_question,
    claim_row,
    claims_by_tier,
    claims_of_person,
    first_claimed,
    grant_facts,
    grant_of_code,
    read_claim,
    won_question,
)

__all__ = [
    "AlreadyClaimed",
    "Claimed",
    "GrantExpiring",
    "NewClaim",
    "NewGrant",
    "NotARewardCode",
    "check_invariants",
    "claim_change",
    "claim_question",
    "claim_row",
    "claims_by_tier",
    "claims_of_person",
    "first_claimed",
    "grant_change",
    "grant_facts",
    "grant_of_code",
    "hold_claims",
    "new_grant",
    "points_posting",
    "read_claim",
    "won_question",
]
