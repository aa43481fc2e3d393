"""A process of its own: founds the brand that the browser meets, prints what the tests must know as JSON.

`python -m tests.browser.furnish HOST`, with the environment of the server that will serve it.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta

import requests
from sqlalchemy.orm import Session

from app import campaigns, catalog, channel, codes, commissions, custody, identity, tenancy
from app.codes.actions.minting import NewBatch, mint
from app.factory import create_app
from app.kit import clock
from app.kit.transaction import global_transaction, transaction
from app.platforms import PlatformIdentity
from app.platforms.wechat import ServiceAccount
from app.risk.actions import set_limits
from app.risk.rules.limits import MOST, NAMES
from config.settings import Settings
from tests.browser.furnish_diversion import judge, lose_goods
from tests.builders.catalog import a_sku
from tests.builders.codes import a_batch, texts_of
from tests.builders.packs import digits_of

OPEN_ACCOUNT = "open-browser"
TOLERANT = dict.fromkeys(NAMES, MOST)  # few people scan much, at whatever hour the tests run
PASSWORD = "a password of the tests"
CASES, PER_CASE = 4, 24
STAFF = 30  # more than all journeys together sign in: one worker may get them all
PRIZE_FEN = 88
SHOP, DEALER = "老王便利店", "顺达商贸"


def main(host: str) -> None:
    app = create_app(Settings.from_env(os.environ))
    with app.app_context():
        at = clock.now()
        brand_id = found_brand(host)
        credentials = ask("GET", "credentials?brand=1")
        register(brand_id, credentials)
        owner_id = sign_in("laowang", "老王", credentials["service"], brand_id, at)
        dealer_id = sign_in("chenjie", "陈姐", credentials["service"], brand_id, at)
        boss_id = sign_in("liuzong", "刘总", credentials["service"], brand_id, at)
        with transaction(brand_id) as session:
            goods = fill_shelf(session, owner_id, dealer_id, at=at - timedelta(hours=1))
            staff = [hire(session, f"staff{number}@browser.test", at=at) for number in range(STAFF)]
            lose_goods(session, boss_id, at=at - timedelta(days=8))
        judge(brand_id)
    print(json.dumps({"brand_id": brand_id, "staff": staff, **goods}))  # noqa: T201  this is its answer


def found_brand(host: str) -> int:
    with global_transaction() as session:
        brand_id = tenancy.add_brand(session, slug="qingquan", name="清泉", name_en="Qingquan", color="#C8281A")
        tenancy.add_host(session, brand_id=brand_id, host=host)
    with transaction(brand_id) as session:
        set_limits(session, TOLERANT, at=clock.now())
    return brand_id


def ask(method: str, path: str, body: dict | None = None) -> dict:
    with requests.Session() as session:
        session.trust_env = False
        reply = session.request(method, f"{os.environ['WECHAT_API_URL']}/_ctl/{path}", json=body, timeout=20)
    reply.raise_for_status()
    return reply.json()


def register(brand_id: int, credentials: dict) -> None:
    """The brand's apps and merchant account at WeChat."""
    with transaction(brand_id) as session:
        for kind in ("mini", "service"):
            app_id, secret = credentials[kind]["app_id"], credentials[kind]["secret"]
            app = tenancy.PlatformApp("wechat", app_id, kind, OPEN_ACCOUNT)
            tenancy.register_app(session, brand_id=brand_id, app=app)
            tenancy.store_secret(session, name=f"wechat:{app_id}", value=secret.encode())
        tenancy.store_secret(session, name="wechatpay", value=json.dumps(credentials["merchant"]).encode())


def sign_in(who: str, nickname: str, service: dict, brand_id: int, at: datetime) -> int:
    """Somebody of the sandbox who has been on a page of the brand before; the id."""
    account = ServiceAccount(service["app_id"], service["secret"], tenancy.endpoints(), OPEN_ACCOUNT)
    asked = {"user": who, "app_id": account.app_id, "scope": "snsapi_userinfo"}
    oauth = account.exchange_oauth_code(ask("POST", "oauth", asked)["code"])
    known = PlatformIdentity("wechat", account.app_id, oauth.openid, oauth.unionid, OPEN_ACCOUNT)
    with transaction(brand_id) as session:
        return identity.sign_in(session, identity=known, at=at, nickname=nickname).id


def hire(session: Session, email: str, *, at: datetime) -> dict:
    made = identity.create_staff(session, email=email, name="管理员", password=PASSWORD, role="brand_admin", at=at)
    return {"email": email, "password": PASSWORD, "totp_secret": made.totp_secret}


def fill_shelf(session: Session, owner_id: int, dealer_id: int, *, at: datetime) -> dict:
    """Units in cases that were shipped to the shop's dealer; the shop has opened the first case."""
    channel.create_dealer(session, name="品牌直营", house=True, at=at)
    dealer = channel.create_dealer(session, name=DEALER, counties=(), at=at)
    shop = channel.create_terminal(
        session, dealer_id=dealer.id, name=SHOP, county="310101", address="南京东路 1 号", at=at
    )
    for person_id, role, scope_id in ((owner_id, "owner", shop.id), (dealer_id, "dealer", dealer.id)):
        identity.grant_role(session, person_id=person_id, role=role, scope_id=scope_id, by=None, at=at)
    sku = a_sku(session)
    units = a_batch(session, sku=sku, count=CASES * PER_CASE)
    cases = a_batch(session, sku=sku, level="case", count=CASES)
    codes.pack(session, parents_batch_id=cases.id, children_batch_id=units.id, per_parent=PER_CASE, at=at)
    for batch, campaign in ((units, a_campaign(session, units, at=at)), (cases, None)):
        campaigns.activate(session, batch_id=batch.id, campaign_id=campaign, by=owner_id, at=at)
    custody.ship(session, dealer_id=dealer.id, number="FH1", code_nos=range(cases.lo, cases.hi), at=at)
    custody.open_case(session, code_no=cases.lo, terminal_id=shop.id, person_id=owner_id, at=at)
    return {
        "bottles": texts_of(session, free_bottles(session, sku, by=owner_id, at=at)),
        "units": texts_of(session, units),
        "cases": texts_of(session, cases),
        "film": filmed(session, sku.id, at=at),
        "gtin": sku.gtin.zfill(14),
        "inactive": texts_of(session, a_batch(session, sku=sku, count=1))[0],
        "loose": texts_of(session, a_batch(session, sku=sku, count=PER_CASE)),
        "empty_case": texts_of(session, a_batch(session, sku=sku, level="case", count=1))[0],
    }


def filmed(session: Session, sku_id: int, *, at: datetime) -> list[dict[str, str]]:
    """Active units with digits under scratch film."""
    film = NewBatch(
        sku_id, "F1", "unit", 2, has_inner=False, made_on=None, expires_on=None, has_security_code=True
    )
    batch = mint(session, film, at=at)
    codes.activate(session, batch_id=batch.id, by=1, at=at)
    row = codes.batch_row(session, batch.id)
    return [
        {"code": code, "digits": digits_of(row, batch.lo + place)}
        for place, code in enumerate(texts_of(session, batch))
    ]


def free_bottles(session: Session, sku: catalog.Sku, *, by: int, at: datetime) -> codes.BatchInfo:
    """Units that all win another one, which any member shop hands over."""
    units = a_batch(session, sku=sku, count=PER_CASE)
    rule = commissions.add_rule(session, name="再来一瓶联动", terminal_fen=20, dealer_fen=10, at=at)
    prize = campaigns.Prize("another", sku_id=sku.id, value_fen=300, lasts_days=30, goods_fen=250, service_fen=50)
    tier = campaigns.NewTier("再来一瓶", 0, PER_CASE, rule.id, prize)
    campaign = save_campaign(session, "开盖有奖", units, tier, at=at)
    campaigns.activate(session, batch_id=units.id, campaign_id=campaign, by=by, at=at)
    return units


def a_campaign(session: Session, units: codes.BatchInfo, *, at: datetime) -> int:
    """Every unit wins the same, so that a test knows what it will see."""
    rule = commissions.add_rule(session, name="日常联动", terminal_fen=20, dealer_fen=10, at=at)
    tier = campaigns.NewTier("畅饮红包", PRIZE_FEN, units.hi - units.lo, rule.id)
    return save_campaign(session, "夏日畅饮", units, tier, at=at)


def save_campaign(
    session: Session, name: str, units: codes.BatchInfo, tier: campaigns.NewTier, *, at: datetime
) -> int:
    new = campaigns.NewCampaign(
        name=name,
        batch_id=units.id,
        starts_at=datetime(2026, 1, 1, tzinfo=UTC),
        ends_at=datetime(2099, 1, 1, tzinfo=UTC),
        per_person_limit=None,
        per_person_day_limit=50,
        tiers=(tier,),
    )
    return campaigns.create_campaign(session, new, at=at).id


if __name__ == "__main__":
    main(sys.argv[1])
