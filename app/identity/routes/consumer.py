import secrets
from dataclasses import asdict
from typing import Any

from flask import current_app, request

from app.identity.actions import note_phone, open_session, sign_in
from app.identity.errors import SignInRequired, SnapshotUser, UnknownApp
from app.identity.events import MiniProgramEntered
from app.identity.queries import person as read_person
from app.identity.routes.guards import anonymous, current_actor
from app.identity.routes.wechat import mini_program, service_account
from app.identity.schemas import (
    JsSdkQuery,
    JsSdkSchema,
    MeSchema,
    MiniProgramSessionSchema,
    MiniProgramSignInSchema,
    PhoneCodeSchema,
    PhoneSchema,
)
from app.kit import clock, outbox
from app.kit.errors import InvalidInput, TooManyRequests
from app.kit.http import blueprint, brand_id, client_address, contract, limiter
from app.kit.ids import new_id
from app.kit.limits import Limit
from app.kit.shared_tokens import shared_tokens
from app.kit.transaction import transaction
from app.platforms import HighRiskUser, InvalidLoginCode, LoginCodeUsed, PlatformBusy
from app.platforms.wechat import sign_js_sdk

consumer = blueprint("identity", __name__, "consumer")
SIGN_IN_LIMIT = Limit("identity.mini_program", "600/minute")
PHONE_LIMIT = Limit("identity.phone", "5/minute")
PAGE_LIMIT = Limit("identity.js_sdk", "600/minute")


@consumer.post("/sessions/wechat")
@anonymous
@contract(
    accepts=MiniProgramSignInSchema,
    returns=MiniProgramSessionSchema,
    errors=(SnapshotUser, UnknownApp, InvalidLoginCode, LoginCodeUsed, HighRiskUser, PlatformBusy),
)
def sign_in_by_mini_program(*, app_id: str, js_code: str) -> dict[str, Any]:
    """小程序登录 (code2session)"""
    limiter().require_locally(SIGN_IN_LIMIT, client_address())
    identity = mini_program(app_id).exchange(js_code)
    at = clock.now()
    with transaction(brand_id()) as session:
        person = sign_in(session, identity=identity, at=at)
        tokens = open_session(session, person_id=person.id, audience="consumer", at=at)
        entered = MiniProgramEntered(
            f"entered:{person.id}:{new_id()}", person.id, app_id, identity.openid, client_address()
        )
        outbox.publish(session, entered, at=at)
    return {**asdict(tokens), "person": person}


@consumer.get("/me")
@contract(returns=MeSchema, errors=(SignInRequired,))
def me() -> dict[str, Any]:
    """我是谁, 有哪些角色"""
    actor = current_actor()
    with transaction(actor.brand_id) as session:
        person = read_person(session, actor.person_id)
    return {**asdict(person), "roles": actor.roles}


@consumer.post("/phone")
@contract(
    accepts=PhoneCodeSchema,
    returns=PhoneSchema,
    errors=(SignInRequired, UnknownApp, InvalidLoginCode, LoginCodeUsed, PlatformBusy, TooManyRequests),
)
def take_phone(*, code: str, app_id: str | None) -> dict[str, str]:
    """绑定手机号 (小程序按钮的 code)"""
    actor = current_actor()
    limiter().require(PHONE_LIMIT, f"{actor.brand_id}:{actor.person_id}")
    number = mini_program(app_id).phone_number(code, shared_tokens()).full
    with transaction(actor.brand_id) as session:
        return {"phone": note_phone(session, person_id=actor.person_id, number=number)}


@consumer.get("/js-sdk")
@anonymous
@contract(query=JsSdkQuery, returns=JsSdkSchema, errors=(UnknownApp, PlatformBusy, TooManyRequests))
def js_sdk(*, url: str) -> dict[str, Any]:
    """JS-SDK 签名, 只签本站页面"""
    limiter().require_locally(PAGE_LIMIT, client_address())
    if not url.startswith(f"{current_app.config['MALU_PUBLIC_SCHEME']}://{request.host}/"):
        raise InvalidInput(fields={"url": ["must be a page of this site"]})
    account = service_account()
    ticket = account.jsapi_ticket(shared_tokens())
    nonce, timestamp = secrets.token_hex(8), int(clock.now().timestamp())
    signature = sign_js_sdk(ticket, url, nonce, timestamp)
    return {"app_id": account.app_id, "timestamp": timestamp, "nonce": nonce, "signature": signature}
