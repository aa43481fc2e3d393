"""What a claim would answer: the claim's own decisions over a person, a place and a time, without writing.

The prize stays sealed. Whoever could read the prizes of codes that nobody has claimed would know which bottles to
take off the shelf, so a preview tells everything but the draw, and where money decides it tells of the dearest.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from app import attribution, campaigns, channel, commissions, custody, identity, rewards
from app.kit.clock import business_day
from app.kit.errors import AppError
from app.kit.statement import ask
from app.scans.actions.claim import require_open
from app.scans.actions.deciding import SHARE_NO, sale_facts, share_facts
from app.scans.queries.known import Known
from app.scans.queries.occasion import left_of, occasion, require_eligible

ANY_RULE = commissions.Rule(id=0, name="", version=0, terminal_fen=1, dealer_fen=1)
Answer = Literal["pays", "may_defer", "refused", "repeats"]


@dataclass(frozen=True, slots=True)
class Purse:
    """What a budget that the claim draws on may still spend today."""

    scope: str
    key: str
    left_fen: int


@dataclass(frozen=True, slots=True)
class Preview:
    """``refusal`` is what the claim would raise; ``dearest_fen`` the most that any prize would cost."""

    answer: Answer
    refusal: AppError | None
    path: custody.Lineage
    sale: attribution.Attribution | None = None
    shares: tuple[commissions.Share, ...] = ()
    purses: tuple[Purse, ...] = field(default=())
    dearest_fen: int = 0


@dataclass(frozen=True, slots=True)
class Supposed:
    """Who would claim, when, and which shop would have opened the case; None for nobody in particular."""

    person_id: int | None
    terminal_id: int | None
    at: datetime


def preview(session: Session, found: Known, supposed: Supposed) -> Preview:
    """Decide as the claim would. Raises `identity.UnknownPerson` and `channel.UnknownTerminal`."""
    brand_id, code_no = session.info["brand_id"], found.read.code_no
    person_id = None if supposed.person_id is None else identity.surviving_person(session, supposed.person_id)
    (row,) = ask(session, rewards.claim_question(brand_id=brand_id, code_no=code_no, share_no=SHARE_NO))
    claimed, path = rewards.read_claim(row), _path(session, found, supposed)
    if claimed is not None:
        mine = person_id is not None and identity.is_same_person(session, claimed.person_id, person_id)
        refusal = None if mine else rewards.AlreadyClaimed(at=claimed.at.isoformat())
        return Preview("repeats" if mine else "refused", refusal, path)
    try:
        campaign = require_open(found, supposed.at)
        _require_person(session, found, campaign, path, replace(supposed, person_id=person_id))
    except AppError as refusal:
        return Preview("refused", refusal, path)
    return _affordable(session, found, campaign, path, supposed.at)


def _path(session: Session, found: Known, supposed: Supposed) -> custody.Lineage:
    path = custody.lineage(session, found.read.code_no)
    if supposed.terminal_id is None:
        return path
    dealer_id = found.directory.dealer_of_terminal(supposed.terminal_id)
    if dealer_id is None:
        raise channel.UnknownTerminal
    foreign = path.dealer_id is not None and path.dealer_id != dealer_id
    return replace(path, terminal_id=supposed.terminal_id, terminal_dealer_id=dealer_id, foreign_opening=foreign)


def _require_person(
    session: Session, found: Known, campaign: campaigns.Campaign, path: custody.Lineage, supposed: Supposed
) -> None:
    """Conditions and limits; without a person, those that hold for everybody."""
    if supposed.person_id is None:
        anyone = occasion(found, path, has_won=False, at=supposed.at)
        require_eligible(campaign.conditions, anyone, anybody=True)
        return
    person_id = supposed.person_id
    (won,) = ask(session, rewards.won_question(brand_id=session.info["brand_id"], person_id=person_id))
    asked = occasion(found, path, has_won=won is not None, at=supposed.at)
    require_eligible(campaign.conditions, asked)
    in_all, today = campaigns.tallies_of(session, campaign.id, person_id, business_day(supposed.at))
    for times, limit in ((in_all, campaign.per_person_limit), (today, campaign.per_person_day_limit)):
        if limit is not None and times >= limit:
            raise campaigns.LimitReached


def _affordable(
    session: Session, found: Known, campaign: campaigns.Campaign, path: custody.Lineage, at: datetime
) -> Preview:
    drawn = left_of(session, found, campaign, path, at)
    purses = tuple(Purse(spend.budget.scope, spend.budget.key, left) for spend, left in drawn)
    dearest_fen = max((_cost(found, campaign, number) for number in range(len(campaign.draw.tiers))), default=0)
    may_defer = any(purse.left_fen < dearest_fen for purse in purses)
    return Preview(
        "may_defer" if may_defer else "pays",
        campaigns.BudgetExhausted() if may_defer else None,
        path,
        attribution.attribute(sale_facts(found.directory, path)),
        commissions.share_out(ANY_RULE, share_facts(found, path, at)),
        purses,
        dearest_fen,
    )


def _cost(found: Known, campaign: campaigns.Campaign, tier_no: int) -> int:
    rule = found.parties.rules.get(campaign.commission_rule_ids[tier_no] or 0)
    tier = campaign.draw.tiers[tier_no]
    dearest_fen = max(tier.amount_fen, tier.prize.most_fen)
    return dearest_fen + (rule.terminal_fen + rule.dealer_fen if rule else 0)
