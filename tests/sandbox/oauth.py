"""open.weixin.qq.com and /sns: web sign-in, with a page on which one picks who to be."""

import re
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request

from tests.sandbox.api import answer, refuse, wrong_exchange
from tests.sandbox.people import (
    create_person,
    find_person,
    openid_of,
    people_to_pick,
    unionid_of,
    virtual_openid_of,
)
from tests.sandbox.registry import App
from tests.sandbox.tokens import find_token, issue_code, issue_token, lasting, use_code
from tests.sandbox.world import World, here

oauth = Blueprint("oauth", __name__)

ORDER = ["appid", "redirect_uri", "response_type", "scope", "state"]
SCOPES = {"snsapi_base", "snsapi_userinfo"}
OUR_OWN = {"pick", "nickname"}
REMEMBERED = "wechat_sandbox_who"


def wrong_authorize(world: World) -> str | None:
    """What WeChat's page would complain about, in its words."""
    given = request.args
    app = world.registry.apps.get(given.get("appid", ""))
    if app is None or app.kind != "service":
        return "appid 参数错误（10013）"
    if given.get("response_type") != "code":
        return "response_type 参数错误"
    if given.get("scope") not in SCOPES:
        return "Scope 参数错误或没有 Scope 权限（10005）"
    if not is_registered_address(given.get("redirect_uri", "")):
        return "redirect_uri 域名与后台配置不一致（10003）"
    return wrong_form()


def wrong_form() -> str | None:
    """Rules about the address itself: the alphabet of state, the order of parameters."""
    given = request.args
    if not re.fullmatch(r"[a-zA-Z0-9]{0,128}", given.get("state", "")):
        return "state 只能是不超过 128 个字母和数字"
    if [name for name in given if name in ORDER] != [name for name in ORDER if name in given]:
        return "链接的参数顺序不对：" + "、".join(ORDER)
    return None


def is_registered_address(address: str) -> bool:
    """Only the loopback names of the demo and the tests are registered domains here."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    local = host in {"127.0.0.1", "::1", "localhost"} or host.endswith((".localhost", ".test"))
    return parts.scheme in {"http", "https"} and local


@oauth.get("/connect/oauth2/authorize")
def authorize() -> Response:
    """Choose who to be. `?pick=<user>` chooses without a page, for scripts."""
    world = here()
    if complaint := wrong_authorize(world):
        return make_response(render_template("refusal.html", complaint=complaint), 400)
    picked = find_person(world.store, request.args.get("pick", ""))
    if picked:
        return _return_as(world, picked)
    return make_response(_picker(world))


@oauth.post("/connect/oauth2/authorize")
def authorize_as_new_person() -> Response:
    world = here()
    if complaint := wrong_authorize(world):
        return make_response(render_template("refusal.html", complaint=complaint), 400)
    nickname = request.form.get("nickname", "").strip()[:20]
    if not nickname:
        return make_response(_picker(world))
    return _return_as(world, create_person(world.store, world.registry, nickname=nickname))


def _picker(world: World) -> str:
    last = request.cookies.get(REMEMBERED, "")
    people = people_to_pick(world.store, last)
    asked = [(name, value) for name, value in request.args.items() if name not in OUR_OWN]
    links = {person["id"]: "?" + urlencode([*asked, ("pick", person["id"])]) for person in people}
    app = world.registry.apps[request.args["appid"]]
    asks_profile = request.args["scope"] == "snsapi_userinfo"
    return render_template(
        "authorize.html", app=app, people=people, links=links, last=last, asks_profile=asks_profile
    )


def _return_as(world: World, person: dict) -> Response:
    given = request.args
    code = issue_code(world, "oauth", given["appid"], person["id"], given["scope"])
    target = given["redirect_uri"]
    joint = "&" if "?" in target else "?"
    response = redirect(target + joint + urlencode({"code": code, "state": given.get("state", "")}))
    response.set_cookie(REMEMBERED, person["id"], max_age=30 * 86400, httponly=True, samesite="Lax")
    return response


@oauth.get("/sns/oauth2/access_token")
def exchange_oauth_code() -> Response:
    world = here()
    if errcode := wrong_exchange(world, request.args, "code"):
        return refuse(errcode)
    app = world.registry.apps[request.args["appid"]]
    found = use_code(world, "oauth", app.app_id, request.args["code"])
    if isinstance(found, int):
        return refuse(found)
    person = find_person(world.store, found["user_id"])
    return answer(_grant(world, app, person, found["scope"]), content_type="text/plain")


def _grant(world: World, app: App, person: dict, scope: str) -> dict:
    access = issue_token(world, "web", app.app_id, person["id"], scope)
    refresh = issue_token(world, "refresh", app.app_id, person["id"], scope)
    grant = {
        "access_token": access["token"],
        "expires_in": lasting(world, access),
        "refresh_token": refresh["token"],
        "openid": web_openid(world, app, person),
        "scope": scope,
    }
    if person["snapshot"]:
        return {**grant, "is_snapshotuser": 1}
    unionid = unionid_of(world.registry, app, person) if scope == "snsapi_userinfo" else None
    return {**grant, "unionid": unionid} if unionid else grant


def web_openid(world: World, app: App, person: dict) -> str:
    find = virtual_openid_of if person["snapshot"] else openid_of
    return find(world.registry, app, person["id"])


@oauth.get("/sns/oauth2/refresh_token")
def refresh_grant() -> Response:
    world = here()
    if request.args.get("appid") not in world.registry.apps:
        return refuse(40013 if request.args.get("appid") else 41002)
    if request.args.get("grant_type") != "refresh_token":
        return refuse(40002)
    found = find_token(world, ("refresh",), request.args.get("refresh_token", ""))
    if isinstance(found, int):
        return refuse(42002 if found == 42001 else 40030)
    if found["app_id"] != request.args["appid"]:
        return refuse(40030)
    app, person = world.registry.apps[found["app_id"]], find_person(world.store, found["user_id"])
    grant = _grant(world, app, person, found["scope"])
    return answer({**grant, "refresh_token": found["token"]}, content_type="text/plain")


def _bearer(world: World) -> tuple[dict, App, dict] | int:
    """(token, app, person) of a web token whose openid matches, or an errcode."""
    found = find_token(world, ("web",), request.args.get("access_token", ""))
    if isinstance(found, int):
        return found
    app, person = world.registry.apps[found["app_id"]], find_person(world.store, found["user_id"])
    if request.args.get("openid") != web_openid(world, app, person):
        return 40003
    return found, app, person


@oauth.get("/sns/auth")
def check_grant() -> Response:
    found = _bearer(here())
    return refuse(found) if isinstance(found, int) else answer({"errcode": 0, "errmsg": "ok"})


@oauth.get("/sns/userinfo")
def tell_profile() -> Response:
    world = here()
    found = _bearer(world)
    if isinstance(found, int):
        return refuse(found)
    token, app, person = found
    if token["scope"] != "snsapi_userinfo":
        return refuse(48001)
    return answer(_profile(world, app, person), content_type="text/plain")


def _profile(world: World, app: App, person: dict) -> dict:
    picture = f"{request.host_url}_client/avatars/{person['id']}.svg"
    profile = {
        "openid": web_openid(world, app, person),
        "nickname": "微信用户" if person["snapshot"] else person["nickname"],
        "sex": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "" if person["snapshot"] else picture,
        "privilege": [],
    }
    unionid = None if person["snapshot"] else unionid_of(world.registry, app, person)
    return {**profile, "unionid": unionid} if unionid else profile
