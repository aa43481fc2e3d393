import secrets
from datetime import datetime
from typing import Any

from flask import Response, current_app, jsonify, request

from app import campaigns, channel, codes, custody, identity, rewards, risk
from app.kit import cache, clock, regions
from app.kit.errors import TooManyRequests
from app.kit.http import address_hash, blueprint, brand_id, contract, language, limiter
from app.kit.limits import per_minute
from app.kit.paging import PageQuery, page_schema
from app.kit.transaction import statements, transaction
from app.scans.actions import Whence, Won, claim, note_scan
from app.scans.errors import LostRace, StaleMemory
from app.scans.queries import Known, known, look, unknown_verdict, verdict
from app.scans.queries.promises import instant
from app.scans.routes import held
from app.scans.schemas import (
    ClaimAnswerSchema,
    ClaimRequestSchema,
    MyClaimSchema,
    ScanSchema,
    VerdictSchema,
)

consumer = blueprint("scans", __name__, "consumer")
DEVICE_SECONDS = 400 * 86_400
TRIES = 4


@consumer.get("/codes/<string:text>")
@identity.anonymous
@contract(returns=VerdictSchema, errors=(TooManyRequests,))
def resolve(*, text: str) -> Response:
    """查码 (只读, 不计入查询次数)"""
    return jsonify(resolve_verdict(text, identity.maybe_actor()))


def resolve_verdict(text: str, actor: identity.Actor | None) -> dict[str, Any]:
    """The verdict without counting; text that is no code of ours costs no statement, only patience."""
    brand = brand_id()
    found = known(brand, text)
    if found is None:
        held.require_patience()
        return unknown_verdict(text, actor, brand_id=brand, language=language())
    with statements(brand) as session:
        queried, claimed = look(session, found)
    return _verdict(found, queried, claimed, actor, clock.now())


@consumer.post("/scans")
@identity.anonymous
@contract(accepts=ScanSchema, returns=VerdictSchema, errors=(TooManyRequests,))
def scan(*, code: str, latitude: float | None, longitude: float | None) -> Response:
    """扫码: 计入查询次数并记录所见"""
    actor, at = identity.maybe_actor(), clock.now()
    found = known(brand_id(), code)
    if found is None:
        held.require_patience()
        return jsonify(unknown_verdict(code, actor, brand_id=brand_id(), language=language()))
    device = request.cookies.get(held.DEVICE_COOKIE) or secrets.token_hex(8)
    place = None if latitude is None or longitude is None else channel.Place.of(latitude, longitude)
    seen = _seen(found, actor, device, place)
    with transaction(brand_id()) as session:
        queried, claimed = note_scan(session, found, seen, at=at)
    answer = jsonify(_verdict(found, queried, claimed, actor, at))
    remember_device(answer, device)
    return answer


def _verdict(
    found: Known,
    queried: codes.QueriedBefore | None,
    claimed: rewards.Claimed | None,
    actor: identity.Actor | None,
    at: datetime,
) -> dict[str, Any]:
    return verdict(found, queried, claimed, brand_id=brand_id(), actor=actor, at=at, language=language())


def _seen(found: Known, actor: identity.Actor | None, device: str, place: channel.Place | None) -> custody.Seen:
    region = regions.atlas().at(place.latitude_e6, place.longitude_e6) if place else None
    return custody.Seen(
        code_no=found.read.code_no,
        kind="query",
        person_id=actor.person_id if actor else None,
        device=device,
        address_hash=address_hash(),
        county=region.code if region else None,
        latitude_e6=place.latitude_e6 if place else None,
        longitude_e6=place.longitude_e6 if place else None,
    )


def remember_device(answer: Response, device: str) -> None:
    secure = current_app.config["MALU_PUBLIC_SCHEME"] == "https"
    answer.set_cookie(held.DEVICE_COOKIE, device, DEVICE_SECONDS, httponly=True, secure=secure, samesite="Lax")


@consumer.post("/claims")
@identity.checks_session_itself
@contract(
    accepts=ClaimRequestSchema,
    returns=ClaimAnswerSchema,
    errors=(
        identity.SignInRequired,
        codes.UnknownCode,
        codes.InactiveCode,
        codes.FrozenCode,
        codes.VoidCode,
        codes.ExpiredCode,
        rewards.AlreadyClaimed,
        rewards.NotARewardCode,
        campaigns.NoCampaign,
        campaigns.NotStarted,
        campaigns.Ended,
        campaigns.Stopped,
        campaigns.LimitReached,
        campaigns.DeviceLimitReached,
        campaigns.BudgetExhausted,
        campaigns.NotHere,
        campaigns.NotNow,
        campaigns.NotForYou,
        risk.Refused,
        risk.VerifyFirst,
        risk.Deferred,
        TooManyRequests,
    ),
)
def post_claim(*, code: str) -> Response:
    """领奖: 一次点击, 三方入账"""
    actor = identity.current_actor()
    limit = per_minute("claim", current_app.config["MALU_CLAIMS_PER_MINUTE"])
    limiter().require_locally(limit, f"{actor.brand_id}:{actor.person_id}")
    won = _claim_with_patience(code, actor)
    return jsonify(
        {
            "code": code,
            "prize": {"kind": won.kind, "tier": won.tier_name, "amount_fen": won.amount_fen},
            "repeated": won.repeated,
            "claimed_at": instant(won.claimed_at),
            "wallet_fen": won.wallet_fen,
            "shop": {"name": won.shop} if won.shop else None,
        }
    )


def _claim_with_patience(code: str, actor: identity.Actor) -> Won:
    """A stale memory is refreshed, a lost race is looked at again; neither is the person's business.

    Nor is a purse that is empty while others of its budget are not.
    """
    levels = False
    for _ in range(TRIES):
        found = _required(code)
        whence = held.whence(watched=found.watch.names_anybody)
        try:
            return _claim_once(found, actor, whence, levels=levels)
        except campaigns.BudgetExhausted:
            if levels:
                raise
            levels = True
        except StaleMemory:
            cache.forget(brand_id())
        except LostRace:
            continue
        except codes.InactiveCode:
            held.keep_leak(found, actor)
            raise
        except risk.NotPaid as not_paid:
            raise held.keep(found, not_paid, actor, whence) from None
    raise StaleMemory


def _claim_once(found: Known, actor: identity.Actor, whence: Whence, *, levels: bool) -> Won:
    with transaction(brand_id()) if levels else statements(brand_id()) as session:
        return claim(session, found, actor=actor, at=clock.now(), whence=whence, levels=levels)


def _required(code: str) -> Known:
    found = known(brand_id(), code)
    if found is None:
        held.require_patience()
        raise codes.UnknownCode
    return found


@consumer.get("/claims")
@contract(query=PageQuery, returns=page_schema(MyClaimSchema))
def my_claims(*, cursor: str | None, limit: int) -> dict[str, Any]:
    """我的领奖记录"""
    actor = identity.current_actor()
    with transaction(brand_id()) as session:
        found = rewards.claims_of_person(session, actor.person_id, cursor=cursor, limit=limit)
    items = [
        {
            "id": row.id,
            "code": codes.text_of(brand_id(), row.code_no),
            "tier": row.tier_name,
            "amount_fen": row.amount_fen,
            "claimed_at": instant(row.at),
        }
        for row in found.items
    ]
    return {"items": items, "next_cursor": found.next_cursor}
