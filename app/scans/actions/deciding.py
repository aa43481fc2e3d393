"""What a claim pays to whom and why, decided without I/O."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import attribution, campaigns, channel, commissions, custody, ledger, rewards
from app.scans.errors import NoHouseDealer
from app.scans.queries.known import Known
from app.scans.queries.occasion import spends

SHARE_NO = 1
BUDGET = "budget"  # the kind of the account that pays


@dataclass(frozen=True, slots=True)
class Decided:
    """Everything a claim writes, decided before anything is written."""

    claim: rewards.NewClaim
    sale: attribution.Attribution
    shares: tuple[commissions.Share, commissions.Share]
    rule: commissions.Rule | None
    postings: tuple[ledger.Posting, ...]
    evidence: dict[str, Any]
    grant: rewards.NewGrant | None
    spends: tuple[campaigns.Spend, ...]

    @property
    def cost_fen(self) -> int:
        """What the claim costs the campaign."""
        return sum(posting.amount for posting in self.postings if posting.source.kind == BUDGET)


@dataclass(frozen=True, slots=True)
class Whence:
    """From which device and address a claim comes, as far as the shell knows."""

    device: str | None = None
    address: str | None = None


NOWHERE = Whence()


def decide(
    found: Known, campaign: campaigns.Campaign, path: custody.Lineage, *, person_id: int, at: datetime
) -> Decided:
    """What a claim pays to whom and why; equal input gives equal output."""
    code_no = found.read.code_no
    outcome = campaign.draw.outcome(code_no - campaign.first_no)
    rule_id = None if outcome.tier_no is None else campaign.commission_rule_ids[outcome.tier_no]
    rule = found.parties.rules.get(rule_id) if rule_id is not None else None
    shares = commissions.share_out(rule, share_facts(found, path, at))
    tier = outcome.tier
    won = rewards.NewClaim(
        code_no=code_no,
        share_no=SHARE_NO,
        person_id=person_id,
        campaign_id=campaign.id,
        rank=outcome.rank,
        tier_no=outcome.tier_no,
        tier_name=tier.name if tier else None,
        amount_fen=campaign.draw.amount_of(outcome),
        rule_version=campaign.rule_version,
    )
    sale = attribution.attribute(sale_facts(found.directory, path))
    postings = _postings(won, shares)
    grant = rewards.new_grant(tier.name, tier.prize, at=at) if tier else None
    drawn = spends(found, campaign, path, at) if campaign.budgets and postings else ()
    return Decided(won, sale, shares, rule, postings, _evidence(path), grant, drawn)


def share_facts(found: Known, path: custody.Lineage, at: datetime) -> commissions.ShareFacts:
    terminal_id = path.terminal_id
    return commissions.ShareFacts(
        case_no=path.path[1].code_no if len(path.path) > 1 else None,
        terminal_id=terminal_id,
        owner_id=found.parties.owners.get(terminal_id) if terminal_id is not None else None,
        dealer_id=path.dealer_id,
        foreign_opening=path.foreign_opening,
        dealer_suspended=commissions.is_suspended(found.parties.suspended, path.dealer_id, at),
    )


def sale_facts(directory: channel.Directory, path: custody.Lineage) -> attribution.SaleFacts:
    if directory.house_dealer_id is None:
        raise NoHouseDealer
    return attribution.SaleFacts(
        terminal_id=path.terminal_id,
        terminal_dealer_id=path.terminal_dealer_id,
        holding_dealer_id=path.dealer_id,
        county_dealer_id=None,
        house_dealer_id=directory.house_dealer_id,
    )


def _postings(
    won: rewards.NewClaim, shares: tuple[commissions.Share, commissions.Share]
) -> tuple[ledger.Posting, ...]:
    budget = ledger.Account(BUDGET, "campaign", won.campaign_id)
    paid = [
        ledger.Posting(budget, _account(share.role, share.payee_id), share.amount_fen, f"{share.role}_commission")
        for share in shares
        if share.outcome == "paid" and share.payee_id is not None
    ]
    if won.amount_fen:
        paid.insert(0, ledger.Posting(budget, ledger.wallet(won.person_id), won.amount_fen, "prize"))
    return tuple(paid)


def _account(role: str, payee_id: int) -> ledger.Account:
    """A terminal's owner is paid into the wallet, a dealer by the month."""
    return ledger.wallet(payee_id) if role == "terminal" else ledger.Account("payable", "dealer", payee_id)


def _evidence(path: custody.Lineage) -> dict[str, Any]:
    return {
        "path": [step.code_no for step in path.path],
        "dealer_id": path.dealer_id,
        "shipment_id": path.shipment_id,
        "opened_case_no": path.opened_case_no,
        "terminal_id": path.terminal_id,
        "opened_at": path.opened_at.isoformat() if path.opened_at else None,
    }
