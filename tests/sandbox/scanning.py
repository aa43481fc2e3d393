"""/_ctl: 扫一扫. What the WeChat client opens when a person points the camera at a code."""

from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, abort, jsonify

from tests.sandbox import market
from tests.sandbox.levers import given, tell_mistake
from tests.sandbox.people import find_person
from tests.sandbox.world import World, here

scanning = Blueprint("scanning", __name__, url_prefix="/_ctl")
scanning.register_error_handler(400, tell_mistake)
scanning.register_error_handler(404, tell_mistake)


@scanning.patch("/market")
def change_market() -> Response:
    """{finish_seconds, codes_per_file, columns: full|short}, of 一物一码."""
    try:
        return jsonify(market.change_terms(here(), given()))
    except market.Invalid as error:
        abort(400, str(error))


@scanning.get("/market/<int:application_id>/codes/<int:position>")
def show_code(application_id: int, position: int) -> Response:
    """What is printed on one label: {code, printed, position}."""
    return jsonify(market.code_at(here(), application_id, position) or abort(404, "no such code"))


@scanning.post("/link-rules")
def add_rule() -> tuple[Response, int]:
    """扫普通链接二维码打开小程序: {app_id, prefix, path}, as the brand would save it."""
    world, rule = here(), given()
    if rule.get("app_id") not in world.registry.apps or not urlsplit(rule.get("prefix", "")).path:
        abort(400, "app_id or prefix")
    world.store.keep_setting(f"link.{rule['prefix']}", f"{rule['app_id']} {rule['path']}")
    return jsonify(rule), 201


@scanning.post("/scan")
def scan() -> Response:
    """{user, printed}: the page that opens and its query, or {opens: null} and what the screen says."""
    world, wish = here(), given()
    person = find_person(world.store, str(wish.get("user", ""))) or abort(404, "no such user")
    printed = str(wish.get("printed", ""))
    code = market.code_named(world, printed)
    return jsonify(_market_page(world, code, person) if code else _link_page(world, printed))


def _market_page(world: World, code: dict, person: dict) -> dict:
    told = market.described(world, code)
    if told is None:
        return {"opens": None, "says": "该二维码未激活"}
    page = {"app_id": told["wxa_appid"], "path": told["wxa_path"]}
    return {"opens": page, "query": {"code_ticket": market.new_ticket(world, code, person["id"])}}


def _link_page(world: World, url: str) -> dict:
    """The longest rule wins; one that ends in a slash covers what lies below, any other only itself."""
    rules = world.store.all("select name, value from setting where name like 'link.%' order by length(name) desc")
    for rule in rules:
        prefix, (app_id, path) = rule["name"].removeprefix("link."), rule["value"].split(" ", 1)
        if _covers(prefix, url):
            page = {"app_id": app_id, "path": path}
            return {"opens": page, "query": {"q": quote(url, safe=""), "scancode_time": int(world.clock.now())}}
    return {"opens": None, "says": url}


def _covers(prefix: str, url: str) -> bool:
    """Scheme and host in any case, the path as it is written."""
    rule, scanned = urlsplit(prefix), urlsplit(url)
    if (rule.scheme, rule.netloc.lower()) != (scanned.scheme, scanned.netloc.lower()):
        return False
    return scanned.path == rule.path or (rule.path.endswith("/") and scanned.path.startswith(rule.path))
