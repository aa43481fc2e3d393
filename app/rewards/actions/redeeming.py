"""A prize is handed over: prize, shop's day and shop's money change in one statement, or nothing does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import channel, identity, ledger
from app.kit.clock import business_day
from app.kit.ids import new_id
from app.kit.statement import Change, change
from app.rewards.actions.showing import require_usable
from app.rewards.errors import AlreadyRedeemed, LostRedemption, NoOwner, TerminalLimitReached, TooLate
from app.rewards.models import Conflict, Grant, Presentation, Redemption
from app.rewards.queries import redemption_of
from app.rewards.rules import HANDED_OVER, RULE_VERSION, Settings, Shown, shown_at

# The grant's row is what shops race for; the unique key of the redemption would stop the second one as well.
TAKE = """rewards_taken AS (
UPDATE rewards_grant SET state = 'received', reason = 'redeemed', changed_at = %(at)s
WHERE brand_id = %(brand_id)s AND id = %(grant_id)s AND state = 'won' AND expires_at > %(shown_at)s
RETURNING id, price_fen, goods_fen, service_fen, restock
), rewards_redeemed AS (
INSERT INTO rewards_redemption (brand_id, id, grant_id, terminal_id, dealer_id, owner_id, by, way, price_fen,
  goods_fen, service_fen, restock, rule_version, shown_at, at)
SELECT %(brand_id)s, %(redemption_id)s, id, %(terminal_id)s, %(dealer_id)s, %(owner_id)s, %(by)s, %(way)s,
  price_fen, goods_fen, service_fen, restock, %(redemption_rule)s, %(shown_at)s, %(at)s
FROM rewards_taken ON CONFLICT (brand_id, grant_id) DO NOTHING RETURNING 1)"""
TAKEN = "EXISTS (SELECT FROM rewards_redeemed)"
COUNT = """rewards_counted AS (
INSERT INTO rewards_day AS d (brand_id, id, terminal_id, dealer_id, day, times, restock_units, restock_fen,
  paid_fen, collected_fen, state)
SELECT %(brand_id)s, %(day_id)s, %(terminal_id)s, %(dealer_id)s, %(day)s::date, 1, %(restock_units)s,
  %(restock_fen)s, %(paid_fen)s, %(collected_fen)s, 'open'
ON CONFLICT (brand_id, terminal_id, day) DO UPDATE SET times = d.times + 1,
  restock_units = d.restock_units + excluded.restock_units, restock_fen = d.restock_fen + excluded.restock_fen,
  paid_fen = d.paid_fen + excluded.paid_fen, collected_fen = d.collected_fen + excluded.collected_fen
WHERE d.times < %(day_limit)s AND d.state = 'open' RETURNING 1)"""
COUNTED = "EXISTS (SELECT FROM rewards_counted)"


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A prize in the hands of its winner; ``repeated`` when this very shop had redeemed it before."""

    redemption: Redemption
    repeated: bool


@dataclass(frozen=True, slots=True)
class AtShop:
    """Where a prize is handed over, by whom; ``way`` says whether the shop had a network."""

    terminal: channel.Terminal
    by: int
    way: str = "live"


def redeem(
    session: Session, grant: Grant, shown: Shown, place: AtShop, *, settings: Settings, at: datetime
) -> Redeemed:
    """Hand a prize over and credit the shop, exactly once.

    The same shop again gets the same answer. Raises `AlreadyRedeemed`, `GrantExpired`, `NotForShops`, `NotOpen`,
    `NoOwner`, `TerminalLimitReached` and, after which the shell rolls back and looks again, `LostRedemption`.
    """
    earlier = redemption_of(session, grant.id)
    if earlier is not None:
        if earlier.terminal_id == place.terminal.id:
            return Redeemed(earlier, repeated=True)
        raise AlreadyRedeemed(terminal_id=str(earlier.terminal_id), at=earlier.at.isoformat())
    require_usable(grant, shown_at(shown.window))
    change(session, *_changes(session, grant, shown, place, settings, at))
    session.execute(delete(Presentation).where(Presentation.grant_id == grant.id))
    written = redemption_of(session, grant.id)
    if written is None:
        raise LostRedemption
    return Redeemed(written, repeated=False)


def _owner_of(session: Session, terminal_id: int) -> int:
    owners = identity.owners_of_terminals(session, session.info["brand_id"], among=[terminal_id])
    if terminal_id not in owners:
        raise NoOwner
    return owners[terminal_id]


def _changes(
    session: Session,
    grant: Grant,
    shown: Shown,
    place: AtShop,
    settings: Settings,
    at: datetime,
) -> Iterator[Change]:
    brand_id, owner_id = session.info["brand_id"], _owner_of(session, place.terminal.id)
    common = {
        "brand_id": brand_id,
        "terminal_id": place.terminal.id,
        "dealer_id": place.terminal.dealer_id,
        "at": at,
    }
    taken = {
        "grant_id": grant.id,
        "redemption_id": new_id(),
        "owner_id": owner_id,
        "by": place.by,
        "way": place.way,
        "redemption_rule": RULE_VERSION,
        "shown_at": shown_at(shown.window),
    }
    yield Change(TAKE, TAKEN, common | taken, LostRedemption)
    yield Change(COUNT, COUNTED, common | _counted(grant, settings, at), TerminalLimitReached)
    postings = list(credits_of(grant, terminal_id=place.terminal.id, owner_id=owner_id))
    if postings:
        yield ledger.posting_change(
            ledger.fixed_accounts(session, postings),
            brand_id=brand_id,
            kind="redemption",
            cause=f"redemption:{grant.id}",
            postings=postings,
            at=at,
        )


def _counted(grant: Grant, settings: Settings, at: datetime) -> dict[str, Any]:
    restocked = grant.goods_fen if grant.restock else 0
    return {
        "day_id": new_id(),
        "day": business_day(at).isoformat(),
        "restock_units": int(grant.restock),
        "restock_fen": restocked,
        "paid_fen": grant.goods_fen - restocked + grant.service_fen,
        "collected_fen": grant.price_fen,
        "day_limit": settings.per_terminal_day,
    }


def credits_of(grant: Grant, *, terminal_id: int, owner_id: int) -> Iterator[ledger.Posting]:
    """What the budget pays a shop: for the goods, into the wallet or as restock credit, and for its trouble."""
    budget = ledger.Account("budget", "campaign", grant.campaign_id)
    wallet = ledger.wallet(owner_id)
    if grant.goods_fen and grant.restock:
        credit = ledger.Account("restock", "terminal", terminal_id)
        yield ledger.Posting(budget, credit, grant.goods_fen, "restock_credit")
    elif grant.goods_fen:
        yield ledger.Posting(budget, wallet, grant.goods_fen, "redemption_goods")
    if grant.service_fen:
        yield ledger.Posting(budget, wallet, grant.service_fen, "redemption_service")


def require_in_grace(shown: Shown, settings: Settings, *, at: datetime) -> None:
    """Raises `TooLate` for what a shop took without a network longer ago than the brand waits."""
    if at - shown_at(shown.window) > settings.grace:
        raise TooLate


def note_conflict(session: Session, grant: Grant, shown: Shown, place: AtShop, *, at: datetime) -> None:
    """Keep for the brand that a shop without a network gave goods for a prize that another shop had redeemed."""
    winner = redemption_of(session, grant.id)
    if winner is None or grant.kind not in HANDED_OVER:
        return
    row = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "grant_id": grant.id,
        "terminal_id": place.terminal.id,
        "winner_terminal_id": winner.terminal_id,
        "by": place.by,
        "shown_at": shown_at(shown.window),
        "uploaded_at": at,
    }
    session.execute(insert(Conflict).values(row).on_conflict_do_nothing())


def forget_presentations(session: Session, *, at: datetime) -> None:
    session.execute(delete(Presentation).where(Presentation.until <= at))
