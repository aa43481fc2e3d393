"""The story of one claim: look once, decide without I/O, write once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import attribution, campaigns, channel, codes, commissions, custody, identity, ledger, rewards, risk
from app.kit import json_text, outbox
from app.kit.database import Scope
from app.kit.statement import Change, Question, ask, change
from app.scans.errors import LostRace, NoHouseDealer, StaleMemory
from app.scans.queries.known import Known
from app.scans.queries.verdict import carries_prize

VERSION = "SELECT version FROM kit_version WHERE brand_id = %(brand_id)s"
SOURCE = "claim"
SHARE_NO = 1
STATES = {
    codes.CodeState.INACTIVE: codes.InactiveCode,
    codes.CodeState.FROZEN: codes.FrozenCode,
    codes.CodeState.VOID: codes.VoidCode,
    codes.CodeState.EXPIRED: codes.ExpiredCode,
}
WINDOWS = {
    "not_started": campaigns.NotStarted,
    "ended": campaigns.Ended,
    "stopped": campaigns.Stopped,
}


@dataclass(frozen=True, slots=True)
class Won:
    """The answer to a claim; ``repeated`` when the same person had claimed before. Amounts in fen."""

    tier_name: str | None
    amount_fen: int
    claimed_at: datetime
    repeated: bool
    wallet_fen: int | None
    shop: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """Everything a claim writes, decided before anything is written."""

    claim: rewards.NewClaim
    sale: attribution.Attribution
    shares: tuple[commissions.Share, commissions.Share]
    rule: commissions.Rule | None
    postings: tuple[ledger.Posting, ...]
    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Whence:
    """From which device and address a claim comes, as far as the shell knows."""

    device: str | None = None
    address: str | None = None


NOWHERE = Whence()


def claim(session: Scope, found: Known, *, actor: identity.Actor, at: datetime, whence: Whence = NOWHERE) -> Won:
    """Open the prize of a code for a person: claim, sale, three payments and the event, or nothing.

    The same person again gets the same answer. Raises the refusals of codes, campaigns and rewards,
    `identity.SignInRequired` for a session that was ended; and, to be tried again after the rollback,
    `StaleMemory` when the brand's configuration has changed since the process read it, `LostRace` when the
    code was claimed between the look and the write; and `risk.NotPaid` for whom risk watches.
    """
    claimed, path = _look(session, found, actor)
    if claimed is not None:
        return _repeat(session, found, path, claimed, actor)
    campaign = _require_open(found, at)
    if found.watch.names_anybody:
        risk.require_trust(session, found.watch, _asker(found, path, actor, whence), at=at)
    decided = decide(found, campaign, path, person_id=actor.person_id, at=at)
    try:
        balances = _write(session, campaign, decided, at)
    except rewards.AlreadyClaimed as error:
        raise LostRace from error
    won, shop = decided.claim, _shop(found.directory, path)
    return Won(
        won.tier_name, won.amount_fen, at, repeated=False, wallet_fen=balances.get(actor.person_id), shop=shop
    )


def _look(session: Scope, found: Known, actor: identity.Actor) -> tuple[rewards.Claimed | None, custody.Lineage]:
    brand_id, code_no = session.info["brand_id"], found.read.code_no
    version, alive, claimed, path = ask(
        session,
        Question(VERSION, 1, {"brand_id": brand_id}),
        identity.session_question(brand_id=brand_id, session_id=actor.session_id),
        rewards.claim_question(brand_id=brand_id, code_no=code_no, share_no=SHARE_NO),
        custody.lineage_question(brand_id=brand_id, code_no=code_no),
    )
    identity.require_alive(alive, actor)
    if version != (found.version,):
        raise StaleMemory
    return rewards.read_claim(claimed), custody.read_lineage(path)


def _repeat(
    session: Scope, found: Known, path: custody.Lineage, claimed: rewards.Claimed, actor: identity.Actor
) -> Won:
    """The same answer for the same person; a refusal for anybody else."""
    if not identity.is_same_person(session, claimed.person_id, actor.person_id):
        raise rewards.AlreadyClaimed(at=claimed.at.isoformat())
    (wallet,) = ask(session, ledger.wallet_question(brand_id=session.info["brand_id"], person_id=actor.person_id))
    return Won(
        claimed.tier_name,
        claimed.amount_fen,
        claimed.at,
        repeated=True,
        wallet_fen=wallet[0] if wallet else 0,
        shop=_shop(found.directory, path),
    )


def _shop(directory: channel.Directory, path: custody.Lineage) -> str | None:
    return directory.terminal_name(path.terminal_id) if path.terminal_id is not None else None


def _asker(found: Known, path: custody.Lineage, actor: identity.Actor, whence: Whence) -> risk.Asker:
    case_no = path.path[1].code_no if len(path.path) > 1 else None
    return risk.Asker(
        actor.person_id, found.read.code_no, case_no, path.terminal_id is None, whence.device, whence.address
    )


def _require_open(found: Known, at: datetime) -> campaigns.Campaign:
    refusal = STATES.get(found.read.state)
    if refusal is not None:
        raise refusal
    if not carries_prize(found):
        raise rewards.NotARewardCode
    if found.campaign is None:
        raise campaigns.NoCampaign
    closed = WINDOWS.get(campaigns.window_state(found.campaign.window, at))
    if closed is not None:
        raise closed
    return found.campaign


def decide(
    found: Known, campaign: campaigns.Campaign, path: custody.Lineage, *, person_id: int, at: datetime
) -> Decided:
    """What a claim pays to whom and why; equal input gives equal output."""
    code_no = found.read.code_no
    outcome = campaign.draw.outcome(code_no - campaign.first_no)
    rule_id = None if outcome.tier_no is None else campaign.commission_rule_ids[outcome.tier_no]
    rule = found.parties.rules.get(rule_id) if rule_id is not None else None
    shares = commissions.share_out(rule, _share_facts(found, path, at))
    won = rewards.NewClaim(
        code_no=code_no,
        share_no=SHARE_NO,
        person_id=person_id,
        campaign_id=campaign.id,
        rank=outcome.rank,
        tier_no=outcome.tier_no,
        tier_name=outcome.tier.name if outcome.tier else None,
        amount_fen=outcome.tier.amount_fen if outcome.tier else 0,
        rule_version=campaign.rule_version,
    )
    sale = attribution.attribute(_sale_facts(found.directory, path))
    return Decided(won, sale, shares, rule, _postings(won, shares), _evidence(path))


def _share_facts(found: Known, path: custody.Lineage, at: datetime) -> commissions.ShareFacts:
    terminal_id = path.terminal_id
    return commissions.ShareFacts(
        case_no=path.path[1].code_no if len(path.path) > 1 else None,
        terminal_id=terminal_id,
        owner_id=found.parties.owners.get(terminal_id) if terminal_id is not None else None,
        dealer_id=path.dealer_id,
        foreign_opening=path.foreign_opening,
        dealer_suspended=commissions.is_suspended(found.parties.suspended, path.dealer_id, at),
    )


def _sale_facts(directory: channel.Directory, path: custody.Lineage) -> attribution.SaleFacts:
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
    budget = ledger.Account("budget", "campaign", won.campaign_id)
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


def _write(session: Scope, campaign: campaigns.Campaign, decided: Decided, at: datetime) -> dict[int, int]:
    """Write all of it in one statement, or nothing; the wallets' balances."""
    *_, last = change(session, *_changes(session, campaign, decided, at))
    posted = ledger.read_posted(last) if decided.postings else None
    return posted.balances if posted else {}


def _changes(session: Scope, campaign: campaigns.Campaign, decided: Decided, at: datetime) -> Iterator[Change]:
    brand_id, person_id = session.info["brand_id"], decided.claim.person_id
    common = {
        "brand_id": brand_id,
        "source": SOURCE,
        "source_id": f"{decided.claim.code_no}:{SHARE_NO}",
        "evidence": json_text.dumps(decided.evidence),
        "at": at,
    }
    sale_id, sale = attribution.sale_change(decided.sale, person_id=person_id, **common)
    yield rewards.claim_change(decided.claim, brand_id=brand_id, at=at)
    tally = campaigns.tally_change(campaign, brand_id=brand_id, person_id=person_id, at=at)
    if tally is not None:
        yield tally
    yield sale
    yield commissions.shares_change(decided.shares, rule=decided.rule, **common)
    yield outbox.event_change(attribution.SaleAttributed(f"sale:{sale_id}", sale_id), brand_id=brand_id, at=at)
    if decided.postings:
        yield ledger.posting_change(
            ledger.fixed_accounts(session, decided.postings),
            brand_id=brand_id,
            kind=SOURCE,
            cause=f"{SOURCE}:{common['source_id']}",
            postings=decided.postings,
            at=at,
        )
