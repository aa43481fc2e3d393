"""api.weixin.qq.com/intp/marketcode/*: 一物一码 of service accounts."""

from flask import Blueprint, Response

from tests.sandbox import market
from tests.sandbox.api import answer, app_of_token, json_body, refuse
from tests.sandbox.mishaps import current_fault
from tests.sandbox.registry import App
from tests.sandbox.world import World, here

marketcode = Blueprint("marketcode", __name__, url_prefix="/intp/marketcode")
OK = {"errcode": 0, "errmsg": "ok"}
UNIT, MOST, LONGEST_ID = 10_000, 20_000_000, 128
BAD_TICKET = "invalid args, 无效的code_ticket或与openid不对应 hint: [sandbox]"
TERMS = ("activity_name", "product_brand", "product_title", "product_code", "wxa_appid", "wxa_path", "wxa_type")


def invalid(hint: str) -> Response:
    return refuse(40097, f"invalid args, {hint} hint: [sandbox]")


def asked(world: World) -> tuple[App, dict] | Response:
    """The service account behind the token and the JSON that it posted, or a refusal."""
    app = app_of_token(world)
    if isinstance(app, int):
        return refuse(app)
    if app.kind != "service":
        return refuse(48001)
    given = json_body()
    return refuse(47001) if given is None else (app, given)


def own_application(world: World, app: App, given: dict) -> dict | None:
    row = market.find(world, given.get("application_id")) if _is_number(given.get("application_id")) else None
    return row if row and row["app_id"] == app.app_id else None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _finished_range(world: World, app: App, given: dict) -> tuple[dict, int, int] | None:
    """The application and the closed range that a request names, when the codes exist."""
    row, start, end = own_application(world, app, given), given.get("code_start"), given.get("code_end")
    if row is None or row["status"] != "FINISH" or not (_is_number(start) and _is_number(end)):
        return None
    return (row, start, end) if 0 <= start <= end < row["code_count"] else None


@marketcode.post("/applycode")
def apply_code() -> Response:
    world = here()
    found = asked(world)
    if isinstance(found, Response):
        return found
    app, given = found
    count, isv = given.get("code_count"), given.get("isv_application_id")
    if not _is_number(count) or not UNIT <= count <= MOST or count % UNIT:
        return invalid("code_count")
    if not isinstance(isv, str) or not 1 <= len(isv) <= LONGEST_ID:
        return invalid("isv_application_id")
    try:
        row = market.apply(world, app, count, isv)
    except market.Invalid as error:
        return invalid(str(error))
    return answer(OK | {"application_id": row["application_id"]})


@marketcode.post("/applycodequery")
def query_application() -> Response:
    world = here()
    found = asked(world)
    if isinstance(found, Response):
        return found
    row = own_application(world, *found)
    if row is None:
        return invalid("application_id")
    told = OK | {"status": row["status"], "isv_application_id": row["isv_application_id"]}
    told |= {"create_time": int(row["created_at"]), "update_time": int(row["updated_at"])}
    if row["status"] == "FINISH":
        market.renew_files(world, row)
        told["code_generate_list"] = market.ranges_of(world, row)
    return answer(told)


@marketcode.post("/applycodedownload")
def download() -> Response:
    world = here()
    found = asked(world)
    if isinstance(found, Response):
        return found
    wanted = _finished_range(world, *found)
    if wanted is None or wanted[1:] not in [tuple(one.values()) for one in market.ranges_of(world, wanted[0])]:
        return invalid("code_start, code_end")
    row, start, end = wanted
    if row["files_until"] <= world.clock.now():
        return refuse(80309)
    fault = current_fault()
    name = fault.name if fault else ""
    key = "0" * 32 if name == "wrong_market_key" else market.key_of(world, row["app_id"])
    buffer = market.package(world, row, start, end, key=key, garbled=name == "garbled_package")
    return answer(OK | {"buffer": buffer})


@marketcode.post("/codeactive")
def activate() -> Response:
    world = here()
    found = asked(world)
    if isinstance(found, Response):
        return found
    app, given = found
    wanted = _finished_range(world, app, given)
    if wanted is None:
        return invalid("code_start, code_end")
    if wrong := _wrong_term(world, app, given):
        return invalid(wrong)
    try:
        market.activate(world, *wanted, {name: given[name] for name in TERMS})
    except market.Invalid as error:
        return invalid(str(error))
    return answer(dict(OK))


def _wrong_term(world: World, app: App, given: dict) -> str | None:
    """The name of the first field that is missing or cannot be."""
    for name in TERMS[:-1]:
        if not isinstance(given.get(name), str) or not given[name]:
            return name
    mini = world.registry.apps.get(given["wxa_appid"])
    if mini is None or (mini.kind, mini.brand) != ("mini", app.brand):
        return "wxa_appid"
    if given["wxa_path"].startswith("/"):
        return "wxa_path"
    return None if given.get("wxa_type") in {0, 1, 2} else "wxa_type"


@marketcode.post("/codeactivequery")
def query_code() -> Response:
    world = here()
    found = asked(world)
    if isinstance(found, Response):
        return found
    app, given = found
    if "code" in given or "code_url" in given:
        code = market.code_named(world, str(given.get("code") or given.get("code_url")))
    else:
        row = own_application(world, app, given)
        code = market.code_at(world, row["application_id"], given.get("code_index")) if row else None
    told = market.described(world, code) if code else None
    return answer(OK | told) if told else invalid("码不存在或未激活")


@marketcode.post("/tickettocode")
def trade_ticket() -> Response:
    world = here()
    found = asked(world)
    if isinstance(found, Response):
        return found
    app, given = found
    openid, ticket = given.get("openid"), given.get("code_ticket")
    if not isinstance(openid, str) or not openid.startswith("o"):
        return invalid("openid invalid")
    code = market.use_ticket(world, app, str(ticket or ""), openid)
    told = market.described(world, code) if code else None
    return answer(OK | told) if told else refuse(40097, BAD_TICKET)
