"""api.weixin.qq.com: mini-program login, interface tokens, phone number, JS-SDK ticket."""

import json
import secrets
import time

from flask import Blueprint, Response, request

from tests.sandbox.people import find_person, openid_of, unionid_of
from tests.sandbox.registry import App
from tests.sandbox.tokens import (
    OVERLAP,
    current_token,
    find_token,
    issue_token,
    lasting,
    new_session_key,
    revoke_tokens,
    use_code,
)
from tests.sandbox.world import World, here

api = Blueprint("api", __name__)

LOGINS_PER_MINUTE = 100

MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40029: "invalid code",
    40030: "invalid refresh_token",
    40125: "invalid appsecret",
    40163: "code been used",
    40226: "code blocked",
    40249: "invalid type",
    41001: "access_token missing",
    41002: "appid missing",
    41003: "refresh_token missing",
    41004: "appsecret missing",
    41008: "missing code",
    42001: "access_token expired",
    42002: "refresh_token expired",
    43002: "require POST method",
    40097: "invalid args",
    40129: "invalid scene",
    43104: "appid openid not match",
    44002: "empty post data",
    61010: "user access timeout",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    47001: "data format error",
    48001: "api unauthorized",
    80309: "子任务文件过期",
}


def refuse(errcode: int, message: str = "") -> Response:
    """Business errors come with HTTP 200 and a request id at the end of the message."""
    rid = f"{int(time.time()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
    return answer({"errcode": errcode, "errmsg": f"{message or MESSAGES[errcode]} rid: {rid}"})


def answer(body: dict, *, content_type: str = "application/json; encoding=utf-8") -> Response:
    return Response(json.dumps(body, ensure_ascii=False), content_type=content_type)


def wrong_app(world: World, given: dict) -> int | None:
    """The errcode for what is missing or wrong in appid and secret, if anything is."""
    if not given.get("appid"):
        return 41002
    app = world.registry.apps.get(given["appid"])
    if app is None:
        return 40013
    if not given.get("secret"):
        return 41004
    return None if secrets.compare_digest(str(given["secret"]), app.secret) else 40125


def wrong_exchange(world: World, given: dict, code_field: str) -> int | None:
    """What is wrong with a request that exchanges a code."""
    if errcode := wrong_app(world, given):
        return errcode
    if given.get("grant_type") != "authorization_code":
        return 40002
    return None if given.get(code_field) else 41008


@api.route("/sns/jscode2session", methods=["GET", "POST"])
def exchange_js_code() -> Response:
    world = here()
    if request.method == "POST":
        return refuse(41002)
    if errcode := wrong_exchange(world, request.args, "js_code"):
        return refuse(errcode)
    app = world.registry.apps[request.args["appid"]]
    found = use_code(world, "js", app.app_id, request.args["js_code"])
    if isinstance(found, int):
        return refuse(found)
    return _session_of(world, app, found["user_id"])


def _session_of(world: World, app: App, user_id: str) -> Response:
    person = find_person(world.store, user_id)
    if person["blocked"]:
        return refuse(40226)
    if not world.meter.admits(f"login/{app.app_id}/{user_id}", LOGINS_PER_MINUTE, seconds=60):
        return refuse(45011)
    session = {
        "session_key": new_session_key(world, app.app_id, user_id),
        "openid": openid_of(world.registry, app, user_id),
    }
    if unionid := unionid_of(world.registry, app, person):
        session["unionid"] = unionid
    return answer(session, content_type="text/plain")


@api.get("/cgi-bin/token")
def give_plain_token() -> Response:
    """The old way: each call makes a new token and kills the one before."""
    world = here()
    if request.args.get("grant_type") != "client_credential":
        return refuse(40002)
    if errcode := wrong_app(world, request.args):
        return refuse(errcode)
    revoke_tokens(world, "plain", request.args["appid"])
    row = issue_token(world, "plain", request.args["appid"])
    return answer({"access_token": row["token"], "expires_in": lasting(world, row)})


@api.route("/cgi-bin/stable_token", methods=["GET", "POST"])
def give_stable_token() -> Response:
    world = here()
    if request.method != "POST":
        return refuse(43002)
    given = json_body()
    if given is None:
        return refuse(47001)
    if given.get("grant_type") != "client_credential":
        return refuse(40002)
    if errcode := wrong_app(world, given):
        return refuse(errcode)
    row = _stable_token(world, given["appid"], force=given.get("force_refresh") is True)
    return answer({"access_token": row["token"], "expires_in": lasting(world, row)})


def _stable_token(world: World, app_id: str, *, force: bool) -> dict:
    """The same token until five minutes before its end; then a new one, and both work for a while."""
    with world.store.transaction():
        if force:
            revoke_tokens(world, "stable", app_id)
        return current_token(world, "stable", app_id, left=OVERLAP) or issue_token(world, "stable", app_id)


def json_body() -> dict | None:
    """The body as an object; None when it is a form or something else."""
    try:
        given = json.loads(request.get_data())
    except ValueError:
        return None
    return given if isinstance(given, dict) else None


def app_of_token(world: World) -> App | int:
    """The app that the interface token in the address belongs to, or an errcode."""
    token = request.args.get("access_token", "")
    if not token:
        return 41001
    found = find_token(world, ("stable", "plain"), token)
    return found if isinstance(found, int) else world.registry.apps[found["app_id"]]


@api.route("/wxa/business/getuserphonenumber", methods=["GET", "POST"])
def tell_phone_number() -> Response:
    world = here()
    if request.method != "POST":
        return refuse(43002)
    app = app_of_token(world)
    if isinstance(app, int):
        return refuse(app)
    given = json_body()
    if given is None:
        return refuse(47001)
    found = use_code(world, "phone", app.app_id, str(given.get("code", "")))
    if isinstance(found, int):
        return refuse(found)
    return answer(_phone_of(world, app, find_person(world.store, found["user_id"])))


def _phone_of(world: World, app: App, person: dict) -> dict:
    watermark = {"timestamp": int(world.clock.now()), "appid": app.app_id}
    phone = {"phoneNumber": person["phone"], "purePhoneNumber": person["phone"], "countryCode": "86"}
    return {"errcode": 0, "errmsg": "ok", "phone_info": {**phone, "watermark": watermark}}


@api.get("/cgi-bin/ticket/getticket")
def give_ticket() -> Response:
    world = here()
    app = app_of_token(world)
    if isinstance(app, int):
        return refuse(app)
    if request.args.get("type") not in {"jsapi", "wx_card"}:
        return refuse(40249)
    kind = f"ticket.{request.args['type']}"
    row = current_token(world, kind, app.app_id) or issue_token(world, kind, app.app_id)
    return answer({"errcode": 0, "errmsg": "ok", "ticket": row["token"], "expires_in": lasting(world, row)})
