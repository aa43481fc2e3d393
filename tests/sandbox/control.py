"""/_ctl: what only tests and the demo may do: invent people, sign them in, tap for them, start over."""

import json

from flask import Blueprint, Response, abort, jsonify, request

from tests.sandbox import crypto, ledger, market, transfers
from tests.sandbox.levers import given, tell_mistake
from tests.sandbox.people import create_person, find_person, list_people, openid_of, seed_people, unionid_of
from tests.sandbox.registry import App, Merchant
from tests.sandbox.tokens import issue_code, kept_session_key
from tests.sandbox.world import World, here

control = Blueprint("control", __name__, url_prefix="/_ctl")
control.register_error_handler(400, tell_mistake)
control.register_error_handler(404, tell_mistake)

OPENING_BALANCE_FEN = 100_000_000
TRAITS = {"nickname", "phone", "real_name", "unionid", "snapshot", "blocked", "transfer_failure", "blurb", "risk"}


def _person(world: World) -> dict:
    return find_person(world.store, str(given().get("user", ""))) or abort(404, "no such user")


def _app(world: World) -> App:
    return world.registry.apps.get(str(given().get("app_id", ""))) or abort(404, "no such app_id")


@control.get("/credentials")
def show_credentials() -> Response:
    world = here()
    found = world.registry.of_brand(request.args.get("brand", 1, int))
    if found is None:
        abort(404, "brand is 1 or 2")
    mini, service, merchant = found
    apps = {app.kind: {"app_id": app.app_id, "secret": app.secret} for app in (mini, service)}
    market_key = market.key_of(world, service.app_id)
    return jsonify(name=mini.name, merchant=_keys(world, merchant), market_key=market_key, **apps)


def _keys(world: World, merchant: Merchant) -> dict:
    return {
        "mch_id": merchant.mch_id,
        "serial_no": merchant.serial_no,
        "private_key_pem": merchant.private_key,
        "apiv3_key": merchant.apiv3_key,
        "platform_public_key_id": merchant.public_key_id,
        "platform_public_key_pem": crypto.public_pem(merchant.public_key_private),
        "platform_certificate_serial": merchant.certificate_serial,
        "platform_certificate_pem": merchant.certificate,
        "balance_fen": ledger.balance(world, merchant.mch_id),
    }


@control.get("/users")
def show_people() -> Response:
    world = here()
    return jsonify(items=[_described(world, person) for person in list_people(world.store)])


def _described(world: World, person: dict) -> dict:
    apps = world.registry.apps.values()
    accounts = {
        app.app_id: {
            "openid": openid_of(world.registry, app, person["id"]),
            "unionid": unionid_of(world.registry, app, person),
        }
        for app in apps
    }
    flags = {name: bool(person[name]) for name in ("snapshot", "blocked", "seeded")}
    return {**person, **flags, "user": person["id"], "accounts": accounts}


@control.post("/users")
def invent_person() -> tuple[Response, int]:
    world, traits = here(), _traits()
    if not traits.get("nickname"):
        abort(400, "nickname is missing")
    person = create_person(world.store, world.registry, **traits)
    return jsonify(_described(world, person)), 201


@control.patch("/users/<user_id>")
def change_person(user_id: str) -> Response:
    world = here()
    if find_person(world.store, user_id) is None:
        abort(404, "no such user")
    for name, value in _traits().items():
        world.store.run(f"update user set {name} = ? where id = ?", value, user_id)  # noqa: S608 - a name of TRAITS
    return jsonify(_described(world, find_person(world.store, user_id)))


def _traits() -> dict:
    unknown = given().keys() - TRAITS
    if unknown:
        abort(400, f"unknown: {sorted(unknown)}")
    return {name: int(value) if isinstance(value, bool) else value for name, value in given().items()}


@control.post("/login")
def log_in() -> Response:
    world = here()
    return jsonify(js_code=issue_code(world, "js", _app(world).app_id, _person(world)["id"]))


@control.post("/oauth")
def authorize() -> Response:
    world = here()
    scope = given().get("scope", "snsapi_base")
    return jsonify(code=issue_code(world, "oauth", _app(world).app_id, _person(world)["id"], scope))


@control.post("/phone")
def tap_phone_button() -> Response:
    world = here()
    return jsonify(code=issue_code(world, "phone", _app(world).app_id, _person(world)["id"]))


@control.post("/user-data")
def get_user_data() -> Response:
    """What wx.getUserInfo hands to the page after the last login: signed and encrypted."""
    world = here()
    app, person = _app(world), _person(world)
    key = kept_session_key(world, app.app_id, person["id"])
    if key is None:
        abort(400, "this user has not logged in to this app")
    raw = {"nickName": person["nickname"], "gender": 0, "language": "zh_CN"}
    secret = {**raw, "openId": openid_of(world.registry, app, person["id"])}
    secret["watermark"] = {"timestamp": int(world.clock.now()), "appid": app.app_id}
    raw_text = json.dumps(raw, ensure_ascii=False)
    sealed, iv = crypto.encrypt_user_data(key, json.dumps(secret, ensure_ascii=False))
    signature = crypto.user_data_signature(raw_text, key)
    return jsonify(rawData=raw_text, signature=signature, encryptedData=sealed, iv=iv)


@control.post("/confirm")
def confirm() -> Response:
    """Tap 确认收款; the answer comes after the notification that this causes was tried."""
    world = here()
    try:
        bill = transfers.confirm(world, str(given().get("package", "")))
    except transfers.NotConfirmable as error:
        abort(400, str(error))
    world.scheduler.run_due()
    return jsonify(transfers.described(transfers.find_bill(world, bill["transfer_bill_no"])))


@control.post("/reset")
def reset() -> tuple[str, int]:
    """Back to the first morning: seeded people and opening balances; keys and app ids stay."""
    world = here()
    world.faults.clear()
    world.calls.clear()
    world.meter.clear()
    with world.scheduler.still(), world.store.transaction():
        world.store.clear()
        world.clock.reset()
        seed_people(world.store, world.registry)
        open_accounts(world)
    return "", 204


def open_accounts(world: World) -> None:
    for mch_id in world.registry.merchants:
        if not ledger.balances(world, mch_id):
            ledger.top_up(world, mch_id, OPENING_BALANCE_FEN, "开户")
