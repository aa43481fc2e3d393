"""核销 at a shop: look at what a phone shows, hand over, be credited; also without a network, told later."""

from datetime import datetime
from typing import Any

from app import channel, identity, tenancy
from app.kit import clock
from app.kit.errors import AppError, TooManyRequests, Unavailable
from app.kit.http import blueprint, brand_id, contract, language, limiter
from app.kit.limits import Limit
from app.kit.paging import PageQuery, page_schema
from app.kit.transaction import transaction
from app.rewards import queries
from app.rewards.actions import (
    AtShop,
    look_at,
    note_conflict,
    read_offline,
    read_ticket,
    receive_goods,
    redeem,
    require_in_grace,
    require_usable,
    ticket,
)
from app.rewards.errors import (
    AlreadyRedeemed,
    GrantExpired,
    LostRedemption,
    NoOwner,
    NotForShops,
    NotOpen,
    TerminalLimitReached,
    UnknownDay,
    UnknownGrant,
    UnknownPresentation,
)
from app.rewards.models import Grant
from app.rewards.routes import shown
from app.rewards.rules import Shown, key_of
from app.rewards.schemas import (
    DaySchema,
    LookedAtSchema,
    LookSchema,
    NewRedemptionSchema,
    OfflineAnswerSchema,
    OfflineSchema,
    RedemptionDetailSchema,
    RedemptionSchema,
    TerminalPageQuery,
)

terminal = blueprint("rewards", __name__, "terminal")
# Who types can guess: see `rules.rotating` for what a guess is worth.
TYPED = Limit("rewards.typed", "6/minute")
TYPED_A_DAY = Limit("rewards.typed_day", "150/day")
TRIES = 3
OWN = (channel.UnknownTerminal, channel.TerminalNotChosen)
REFUSED = (AlreadyRedeemed, GrantExpired, NotForShops, NotOpen)
ADDRESS_MARK = "/redeem/"


def _key() -> bytes:
    return key_of(tenancy.lookup_key(brand_id()))


def _signed(text: str) -> str:
    """What a scanner read, which is the address of a page, or what was typed in groups."""
    return text.rpartition(ADDRESS_MARK)[2].replace(" ", "").replace("-", "")


@terminal.post("/redemptions/look")
@contract(
    accepts=LookSchema, returns=LookedAtSchema, errors=(UnknownPresentation, *REFUSED, *OWN, TooManyRequests)
)
def post_look(*, code: str, terminal_id: int | None) -> dict[str, Any]:
    """看一眼顾客出示的奖品: 是什么、收多少钱、本店得多少"""
    actor, at, key, text = identity.current_actor(), clock.now(), _key(), _signed(code)
    if text.isdigit():
        limiter().require(TYPED, f"{brand_id()}:{actor.person_id}")
        limiter().require(TYPED_A_DAY, f"{brand_id()}:{actor.person_id}")
    with transaction(brand_id()) as session:
        place = channel.get_own_terminal(session, actor, terminal_id)
        seen = look_at(session, key, text, at=at)
        row = queries.grant_row(session, seen.grant_id)
        earlier = queries.redemption_of(session, row.id)
    if earlier is not None:
        raise AlreadyRedeemed(shop=shown.shop(earlier.terminal_id), at=earlier.at.isoformat())
    require_usable(row, at)
    return _looked_at(row) | {"ticket": ticket(key, seen, place.id)}


def _looked_at(row: Grant) -> dict[str, Any]:
    names = ("kind", "price_fen", "goods_fen", "service_fen", "restock", "expires_at")
    facts = {name: getattr(row, name) for name in names}
    return facts | {"tier": row.tier_name, "goods": shown.goods(row.sku_id)}


@terminal.post("/redemptions")
@contract(
    accepts=NewRedemptionSchema,
    returns=RedemptionSchema,
    errors=(UnknownPresentation, *REFUSED, *OWN, NoOwner, TerminalLimitReached, LostRedemption),
)
def post_redemption(*, ticket: str, terminal_id: int | None) -> dict[str, Any]:
    """确认核销: 给货、收款, 本店同时入账"""
    actor, at, key = identity.current_actor(), clock.now(), _key()
    with transaction(brand_id()) as session:
        place = AtShop(channel.get_own_terminal(session, actor, terminal_id), actor.person_id)
    return _redeem(read_ticket(key, ticket, place.terminal.id, at=at), place, at)


def _redeem(seen: Shown, place: AtShop, at: datetime) -> dict[str, Any]:
    """A race that was lost is looked at again: then it says who won."""
    rules = queries.settings(brand_id())
    for _ in range(TRIES):
        try:
            with transaction(brand_id()) as session:
                row = queries.grant_row(session, seen.grant_id)
                done = redeem(session, row, seen, place, settings=rules, at=at)
        except LostRedemption:
            continue
        except AlreadyRedeemed as refusal:
            raise _named(refusal) from refusal
        return shown.redemption(done.redemption, row, repeated=done.repeated)
    raise LostRedemption


def _named(refusal: AlreadyRedeemed) -> AlreadyRedeemed:
    return AlreadyRedeemed(shop=shown.shop(int(refusal.details["terminal_id"])), at=refusal.details["at"])


@terminal.post("/redemptions/offline")
@contract(accepts=OfflineSchema, returns=OfflineAnswerSchema, errors=(*OWN, LostRedemption))
def post_offline(*, codes: list[str], terminal_id: int | None) -> dict[str, Any]:
    """上传离线时扫到的核销码: 先到先得, 每一条都有结果"""
    actor, at = identity.current_actor(), clock.now()
    with transaction(brand_id()) as session:
        mine = channel.get_own_terminal(session, actor, terminal_id)
    place = AtShop(mine, actor.person_id, "offline")
    return {"items": [_offline(code, place, at) for code in codes]}


def _offline(code: str, place: AtShop, at: datetime) -> dict[str, Any]:
    try:
        seen = read_offline(_key(), _signed(code))
        require_in_grace(seen, queries.settings(brand_id()), at=at)
        redeemed = _redeem(seen, place, at)
    except (Unavailable, LostRedemption):
        raise  # no answer to this prize: the phone keeps it and tells again
    except AppError as refusal:
        if isinstance(refusal, AlreadyRedeemed):
            _note_conflict(seen, place, at)
        return {"code": code, "redemption": None, "error": refusal.body(language())["error"]}
    return {"code": code, "redemption": redeemed, "error": None}


def _note_conflict(seen: Shown, place: AtShop, at: datetime) -> None:
    with transaction(brand_id()) as session:
        note_conflict(session, queries.grant_row(session, seen.grant_id), seen, place, at=at)


@terminal.get("/redemptions")
@contract(query=TerminalPageQuery, returns=page_schema(RedemptionSchema), errors=OWN)
def my_redemptions(*, terminal_id: int | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """本店的核销记录"""
    mine = _own(terminal_id)
    with transaction(brand_id()) as session:
        found = queries.redemption_page(session, terminals=mine, cursor=cursor, limit=limit)
        prizes = queries.grants_by_id(session, [row.grant_id for row in found.items])
    return {"items": shown.redemptions(found.items, prizes), "next_cursor": found.next_cursor}


def _own(terminal_id: int | None) -> tuple[int, ...]:
    mine = identity.scope_ids(identity.current_actor(), "owner", "clerk")
    if terminal_id is None:
        return mine
    if terminal_id not in mine:
        raise channel.UnknownTerminal
    return (terminal_id,)


@terminal.get("/redemptions/<int:redemption_id>")
@contract(returns=RedemptionDetailSchema, errors=(UnknownGrant,))
def my_redemption(*, redemption_id: int) -> dict[str, Any]:
    """一次核销为什么这样入账"""
    directory, mine = channel.directory(brand_id()), _own(None)
    with transaction(brand_id()) as session:
        row = queries.redemption_row(session, redemption_id, terminals=mine)
        prize = queries.grant_row(session, row.grant_id)
        facts = queries.grant_facts(session, prize, directory, language=language())
    return shown.redemption(row, prize) | {"facts": facts}


@terminal.get("/redemption-days")
@contract(query=PageQuery, returns=page_schema(DaySchema))
def my_days(*, cursor: str | None, limit: int) -> dict[str, Any]:
    """每天核销了多少, 经销商该补多少货"""
    with transaction(brand_id()) as session:
        found = queries.day_page(session, terminals=_own(None), cursor=cursor, limit=limit)
    return {"items": [shown.day(row) for row in found.items], "next_cursor": found.next_cursor}


@terminal.post("/redemption-days/<int:day_id>/receive")
@contract(returns=DaySchema, errors=(UnknownDay, NotOpen))
def post_goods(*, day_id: int) -> dict[str, Any]:
    """补货收到了: 这一天的额度结给送货的经销商"""
    actor = identity.current_actor()
    with transaction(brand_id()) as session:
        row = receive_goods(session, day_id, terminals=_own(None), by=actor.person_id, at=clock.now())
    return shown.day(row)
