"""Owns what a person has won: one claim per prize share of a code."""

from app.rewards.actions import NewClaim, claim_change, hold_claims
from app.rewards.errors import AlreadyClaimed, NotARewardCode
from app.rewards.queries import (
    Claimed,
    check_invariants,
    claim_question,
    claim_row,
    claims_by_tier,
    claims_of_person,
    first_claimed,
    read_claim,
    won_question,
)

__all__ = [
    "AlreadyClaimed",
    "Claimed",
    "NewClaim",
    "NotARewardCode",
    "check_invariants",
    "claim_change",
    "claim_question",
    "claim_row",
    "claims_by_tier",
    "claims_of_person",
    "first_claimed",
    "hold_claims",
    "read_claim",
    "won_question",
]
