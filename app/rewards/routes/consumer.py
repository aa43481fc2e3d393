"""The cabinet of a consumer: prizes that are not money, shown to a shop, sent home, or refused by a shop."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import segno
from flask import current_app, request
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from app import channel, identity, ledger, tenancy
from app.kit import clock, regions
from app.kit.errors import TooManyRequests
from app.kit.http import blueprint, brand_id, contract, language, limiter
from app.kit.limits import Limit
from app.kit.paging import page_schema
from app.kit.transaction import transaction
from app.rewards import queries
from app.rewards.actions import Face, NewRefusal, face, order, present, receive, report_refusal
from app.rewards.errors import GrantExpired, NotForShops, NotOpen, NotShipped, UnknownGrant
from app.rewards.models import Grant, Redemption
from app.rewards.routes import shown
from app.rewards.rules import Address, key_of, metres, nearest
from app.rewards.schemas import (
    AddressSchema,
    FaceSchema,
    GrantDetailSchema,
    MyGrantQuery,
    MyGrantSchema,
    NewRefusalSchema,
    PointsSchema,
    RefusedSchema,
    ShopsQuery,
    ShopsSchema,
)

consumer = blueprint("rewards", __name__, "consumer")
REFUSALS = Limit("rewards.refusals", "10/hour")
SHOPS = 10
CANDIDATES = 60
DEGREE = 1_000_000
MAP = "https://apis.map.qq.com/uri/v1/marker?coord_type=1&referer=malu&marker="  # 1: WGS 84


class FaceQuery(Schema):
    """A page that only waits for the shop's word asks without the picture."""

    qr = fields.Boolean(load_default=True)


def family(session: Session) -> Sequence[int]:
    """Everybody whom the person who asks has been."""
    return identity.same_person_ids(session, identity.current_actor().person_id)


@consumer.get("/grants")
@contract(query=MyGrantQuery, returns=page_schema(MyGrantSchema))
def my_grants(*, which: str, cursor: str | None, limit: int) -> dict[str, Any]:
    """我的奖品: 全部、可用的、快过期的"""
    at = clock.now()
    with transaction(brand_id()) as session:
        found = queries.grants_of(session, family(session), which=which, at=at, cursor=cursor, limit=limit)
        ids = [row.id for row in found.items]
        redeemed = queries.redemptions_of(session, ids)
        sent = queries.deliveries_of(session, ids)
    items = [shown.grant(row, redeemed.get(row.id), sent.get(row.id), at) for row in found.items]
    return {"items": items, "next_cursor": found.next_cursor}


@consumer.get("/points")
@contract(returns=PointsSchema)
def my_points() -> dict[str, Any]:
    """我的积分, 和最近要过期的一笔"""
    with transaction(brand_id()) as session:
        people = family(session)
        balance = ledger.wallet_balance(session, people[0], ledger.POINTS)
        ending = queries.points_ending(session, people, at=clock.now()) if balance else None
    told = None if ending is None else {"at": ending[0], "points": min(ending[1], balance)}
    return {"balance": balance, "ending": told}


@consumer.get("/grants/<int:grant_id>")
@contract(returns=GrantDetailSchema, errors=(UnknownGrant,))
def my_grant(*, grant_id: int) -> dict[str, Any]:
    """一个奖品的来龙去脉"""
    directory = channel.directory(brand_id())
    with transaction(brand_id()) as session:
        row = queries.grant_row(session, grant_id, people=family(session))
        facts = queries.grant_facts(session, row, directory, language=language(), with_shop=False)
    return _detail(row) | {"facts": facts}


def _detail(row: Grant) -> dict[str, Any]:
    with transaction(brand_id()) as session:
        redeemed = queries.redemption_of(session, row.id)
        sent = queries.deliveries_of(session, [row.id]).get(row.id)
    return shown.grant(row, redeemed, sent, clock.now())


@consumer.post("/grants/<int:grant_id>/presentation")
@contract(returns=FaceSchema, errors=(UnknownGrant, NotForShops, NotOpen, GrantExpired))
def post_presentation(*, grant_id: int) -> dict[str, Any]:
    """向门店出示奖品: 开始或继续显示会变的核销码"""
    at = clock.now()
    with transaction(brand_id()) as session:
        present(session, queries.grant_row(session, grant_id, people=family(session)), at=at)
    return _face(grant_id, at, with_qr=True)


@consumer.get("/grants/<int:grant_id>/face")
@contract(query=FaceQuery, returns=FaceSchema, errors=(UnknownGrant,))
def show_face(*, grant_id: int, qr: bool) -> dict[str, Any]:
    """此刻的核销码; 门店一确认, 这里就知道 (只读)"""
    return _face(grant_id, clock.now(), with_qr=qr)


def _face(grant_id: int, at: datetime, *, with_qr: bool) -> dict[str, Any]:
    key = key_of(tenancy.lookup_key(brand_id()))
    with transaction(brand_id()) as session:
        row = queries.grant_row(session, grant_id, people=family(session))
        redeemed = queries.redemption_of(session, grant_id)
        present_now = queries.presentation_of(session, grant_id, at=at)
    if row.state != "won" or row.expires_at <= at or present_now is None:
        return _nothing(row, redeemed, at)
    now = face(key, grant_id, present_now.slot, at=at)
    picture = _picture(now) if with_qr else None
    return {"state": row.state, "digits": now.digits, "qr": picture, "seconds": now.seconds, "redemption": None}


def _nothing(row: Grant, redeemed: Redemption | None, at: datetime) -> dict[str, Any]:
    state = "expired" if row.state == "won" and row.expires_at <= at else row.state
    told = shown.handed_over(redeemed)
    return {"state": state, "digits": None, "qr": None, "seconds": 0, "redemption": told}


def _picture(now: Face) -> str:
    """The address is that of the shop's page; what is signed stands in the fragment, which no log sees."""
    address = f"{current_app.config['MALU_PUBLIC_SCHEME']}://{request.host}/terminal#/redeem/{now.signed}"
    uri: str = segno.make(address, error="m", micro=False).svg_data_uri(scale=6, border=2)
    return uri


@consumer.post("/grants/<int:grant_id>/refusals")
@contract(
    accepts=NewRefusalSchema,
    returns=RefusedSchema,
    errors=(UnknownGrant, NotForShops, channel.UnknownTerminal, TooManyRequests),
    status=201,
)
def post_refusal(*, grant_id: int, latitude: float | None, longitude: float | None, **told: Any) -> dict[str, Any]:
    """这家店不给兑: 记下来, 并告诉附近还有哪些店"""
    actor, at = identity.current_actor(), clock.now()
    limiter().require(REFUSALS, f"{brand_id()}:{actor.person_id}")
    place, county = _whereabouts(latitude, longitude)
    new = NewRefusal(county=county, **told)
    with transaction(brand_id()) as session:
        row = queries.grant_row(session, grant_id, people=family(session))
        if row.kind not in {"another", "one_yuan"}:
            raise NotForShops
        refusing = channel.get_terminal(session, new.terminal_id) if new.terminal_id else None
        made = report_refusal(session, row, new, by=actor.person_id, at=at)
    near = county or (refusing.county if refusing else None)
    return {"id": made.id, "items": _shops(place, near, at, but=new.terminal_id)}


@consumer.get("/redeeming-shops")
@contract(query=ShopsQuery, returns=ShopsSchema)
def redeeming_shops(*, latitude: float | None, longitude: float | None) -> dict[str, Any]:
    """附近能兑奖的门店"""
    place, county = _whereabouts(latitude, longitude)
    return {"items": _shops(place, county, clock.now())}


def _whereabouts(latitude: float | None, longitude: float | None) -> tuple[channel.Place | None, str | None]:
    if latitude is None or longitude is None:
        return None, None
    place = channel.Place.of(latitude, longitude)
    region = regions.atlas().at(place.latitude_e6, place.longitude_e6)
    return place, region.code if region else None


def _shops(
    place: channel.Place | None, county: str | None, at: datetime, *, but: int | None = None
) -> list[dict[str, Any]]:
    """Member shops, the nearest first: those that have an owner, whom the brand can credit."""
    with transaction(brand_id()) as session:
        around = channel.terminals_near(session, place=place, county=county, limit=CANDIDATES)
        ids = [shop.id for shop in around]
        members = identity.owners_of_terminals(session, brand_id(), among=ids)
        lately = queries.redeemed_lately(session, ids, at=at)
    open_ones = [(shop, _metres(place, shop)) for shop in around if shop.id in members and shop.id != but]
    return [_near(shop, far, lately.get(shop.id, 0)) for shop, far in nearest(open_ones, SHOPS)]


def _metres(place: channel.Place | None, shop: channel.Terminal) -> int | None:
    if place is None or shop.latitude_e6 is None or shop.longitude_e6 is None:
        return None
    return metres((place.latitude_e6, place.longitude_e6), (shop.latitude_e6, shop.longitude_e6))


def _near(shop: channel.Terminal, far: int | None, lately: int) -> dict[str, Any]:
    return {
        "id": shop.id,
        "name": shop.name,
        "address": shop.address,
        "metres": far,
        "lately": lately,
        "map": _map_of(shop),
    }


def _map_of(shop: channel.Terminal) -> str | None:
    """An address that opens Tencent's map at the shop; separators of its own format are left out of names."""
    if shop.latitude_e6 is None or shop.longitude_e6 is None:
        return None
    name, address = (text.replace(";", " ").replace(":", " ") for text in (shop.name, shop.address))
    place = f"{shop.latitude_e6 / DEGREE},{shop.longitude_e6 / DEGREE}"
    return MAP + quote(f"coord:{place};title:{name};addr:{address}", safe=":;,")


@consumer.post("/grants/<int:grant_id>/order")
@contract(accepts=AddressSchema, returns=MyGrantSchema, errors=(UnknownGrant, NotOpen, GrantExpired), status=201)
def post_order(*, grant_id: int, **address: str) -> dict[str, Any]:
    """填收货地址, 请品牌寄出"""
    at = clock.now()
    with transaction(brand_id()) as session:
        order(session, queries.grant_row(session, grant_id, people=family(session)), Address(**address), at=at)
        row = queries.grant_row(session, grant_id)
    return _detail(row)


@consumer.post("/grants/<int:grant_id>/receive")
@contract(returns=MyGrantSchema, errors=(UnknownGrant, NotShipped, NotOpen))
def post_receive(*, grant_id: int) -> dict[str, Any]:
    """确认收货"""
    with transaction(brand_id()) as session:
        receive(session, queries.grant_row(session, grant_id, people=family(session)), at=clock.now())
        row = queries.grant_row(session, grant_id)
    return _detail(row)
