"""The story of one claim: look once, decide without I/O, write once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app import attribution, campaigns, channel, codes, commissions, custody, identity, ledger, rewards, risk
from app.kit import json_text, outbox
from app.kit.database import Scope
from app.kit.statement import Change, Question, ask, change
from app.scans.actions.deciding import NOWHERE, SHARE_NO, Decided, Whence, decide
from app.scans.errors import LostRace, StaleMemory
from app.scans.queries.known import Known
from app.scans.queries.occasion import occasion, require_eligible
from app.scans.queries.verdict import carries_prize, kind_of, money_or_none

VERSION = "SELECT version FROM kit_version WHERE brand_id = %(brand_id)s"
SOURCE = "claim"
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

    kind: str
    tier_name: str | None
    amount_fen: int
    claimed_at: datetime
    repeated: bool
    wallet_fen: int | None
    shop: str | None


def claim(
    session: Scope,
    found: Known,
    *,
    actor: identity.Actor,
    at: datetime,
    whence: Whence = NOWHERE,
    levels: bool = False,
) -> Won:
    """Open the prize of a code for a person: claim, sale, three payments and the event, or nothing.

    The same person again gets the same answer. Raises the refusals of codes, campaigns and rewards,
    `identity.SignInRequired` for a session that was ended, `risk.NotPaid` for whom risk watches; and, to be tried
    again after the rollback, `StaleMemory` when the brand's configuration has changed since the process read it,
    `LostRace` when the code was claimed between the look and the write. `campaigns.BudgetExhausted` is certain
    only with ``levels``, which needs a transaction: it moves money between the purses of a budget.
    """
    claimed, path, has_won = _look(session, found, actor)
    if claimed is not None:
        return _repeat(session, found, path, claimed, actor)
    campaign = require_open(found, at)
    if campaign.conditions is not None:
        require_eligible(campaign.conditions, occasion(found, path, has_won=has_won, at=at))
    if found.watch.names_anybody:
        risk.require_trust(session, found.watch, _asker(found, path, actor, whence), at=at)
    decided = decide(found, campaign, path, person_id=actor.person_id, at=at)
    if levels:
        _level(session, decided, at)
    try:
        balances = _write(session, campaign, decided, whence.device, at)
    except rewards.AlreadyClaimed as error:
        raise LostRace from error
    return _won(decided, balances.get(actor.person_id), _shop(found.directory, path), at)


def _won(decided: Decided, wallet_fen: int | None, shop: str | None, at: datetime) -> Won:
    won = decided.claim
    kind = decided.grant.prize.kind if decided.grant else money_or_none(won.amount_fen)
    return Won(kind, won.tier_name, won.amount_fen, at, repeated=False, wallet_fen=wallet_fen, shop=shop)


def _level(session: Scope, decided: Decided, at: datetime) -> None:
    """Who had to wait for the purses may have lost the code meanwhile, and is told so rather than of money."""
    try:
        campaigns.level_purses(session, decided.spends, amount_fen=decided.cost_fen, at=at)
    except campaigns.BudgetExhausted as error:
        brand_id, code_no = session.info["brand_id"], decided.claim.code_no
        (taken,) = ask(session, rewards.claim_question(brand_id=brand_id, code_no=code_no, share_no=SHARE_NO))
        if taken is not None:
            raise LostRace from error
        raise


def _look(
    session: Scope, found: Known, actor: identity.Actor
) -> tuple[rewards.Claimed | None, custody.Lineage, bool]:
    """Who has claimed, the code's way, and, for a campaign that asks, whether the person has won before."""
    brand_id, code_no = session.info["brand_id"], found.read.code_no
    questions = [
        Question(VERSION, 1, {"brand_id": brand_id}),
        identity.session_question(brand_id=brand_id, session_id=actor.session_id),
        rewards.claim_question(brand_id=brand_id, code_no=code_no, share_no=SHARE_NO),
        custody.lineage_question(brand_id=brand_id, code_no=code_no),
    ]
    if found.campaign is not None and found.campaign.asks_history:
        questions.append(rewards.won_question(brand_id=brand_id, person_id=actor.person_id))
    version, alive, claimed, path, *won = ask(session, *questions)
    identity.require_alive(alive, actor)
    if version != (found.version,):
        raise StaleMemory
    return rewards.read_claim(claimed), custody.read_lineage(path), bool(won and won[0])


def _repeat(
    session: Scope, found: Known, path: custody.Lineage, claimed: rewards.Claimed, actor: identity.Actor
) -> Won:
    """The same answer for the same person; a refusal for anybody else."""
    if not identity.is_same_person(session, claimed.person_id, actor.person_id):
        raise rewards.AlreadyClaimed(at=claimed.at.isoformat())
    (wallet,) = ask(session, ledger.wallet_question(brand_id=session.info["brand_id"], person_id=actor.person_id))
    return Won(
        kind_of(found.campaign, claimed),
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


def require_open(found: Known, at: datetime) -> campaigns.Campaign:
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


def _write(
    session: Scope, campaign: campaigns.Campaign, decided: Decided, device: str | None, at: datetime
) -> dict[int, int]:
    """Write all of it in one statement, or nothing; the wallets' balances."""
    *_, last = change(session, *_changes(session, campaign, decided, device, at))
    posted = ledger.read_posted(last) if decided.postings else None
    return posted.balances if posted else {}


def _changes(
    session: Scope, campaign: campaigns.Campaign, decided: Decided, device: str | None, at: datetime
) -> Iterator[Change]:
    brand_id, person_id = session.info["brand_id"], decided.claim.person_id
    common = {
        "brand_id": brand_id,
        "source": SOURCE,
        "source_id": f"{decided.claim.code_no}:{SHARE_NO}",
        "evidence": json_text.dumps(decided.evidence),
        "at": at,
    }
    if decided.spends:
        yield campaigns.spend_change(
            decided.spends,
            brand_id=brand_id,
            code_no=decided.claim.code_no,
            share_no=SHARE_NO,
            amount_fen=decided.cost_fen,
            at=at,
        )
    sale_id, sale = attribution.sale_change(decided.sale, person_id=person_id, **common)
    yield rewards.claim_change(decided.claim, brand_id=brand_id, at=at)
    if decided.grant is not None:
        yield from _grant_changes(session, decided.claim, decided.grant, at)
    wins = decided.claim.tier_no is not None
    yield from campaigns.tally_changes(
        campaign, brand_id=brand_id, person_id=person_id, device=device, wins=wins, at=at
    )
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


def _grant_changes(
    session: Scope, won: rewards.NewClaim, grant: rewards.NewGrant, at: datetime
) -> Iterator[Change]:
    """What is not money: the grant and, where it gives points, their posting."""
    brand_id = session.info["brand_id"]
    yield rewards.grant_change(won, grant, brand_id=brand_id, at=at)
    points = rewards.points_posting(won, grant)
    if points is not None:
        yield ledger.posting_change(
            ledger.fixed_accounts(session, [points]),
            brand_id=brand_id,
            kind=SOURCE,
            cause=f"points:{won.code_no}:{won.share_no}",
            postings=[points],
            at=at,
        )
