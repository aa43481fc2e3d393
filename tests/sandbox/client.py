"""/_client: the WeChat client itself, as far as a page can see it: JS-SDK, bridge and confirm sheet."""

import json
from pathlib import Path

from flask import Blueprint, Response, jsonify, request

from tests.sandbox import crypto, transfers
from tests.sandbox.people import find_person
from tests.sandbox.tokens import current_token
from tests.sandbox.world import World, here

client = Blueprint("client", __name__, url_prefix="/_client")
SCRIPT = Path(__file__).with_name("client.js")
AVATAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="{color}"/>'
    '<text x="32" y="43" font-size="32" text-anchor="middle" fill="#fff" font-family="sans-serif">{letter}'
    "</text></svg>"
)


@client.after_request
def open_to_any_page(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@client.get("/jssdk.js")
def give_script() -> Response:
    return Response(SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")


@client.get("/avatars/<user_id>.svg")
def draw_avatar(user_id: str) -> Response:
    person = find_person(here().store, user_id)
    color, letter = (person["color"], person["nickname"][:1]) if person else ("#999999", "")
    letter = letter.replace("&", "&amp;").replace("<", "&lt;")
    return Response(AVATAR.format(color=color, letter=letter), content_type="image/svg+xml")


@client.get("/config")
def check_config() -> Response:
    """wx.config: is the signature the one of the app's living ticket over this very address?"""
    world, given = here(), request.args
    app = world.registry.apps.get(given.get("appId", ""))
    if app is None:
        return jsonify(errMsg="config:invalid appid")
    ticket = current_token(world, "ticket.jsapi", app.app_id)
    fields = (given.get("nonceStr", ""), given.get("timestamp", ""), given.get("url", "").partition("#")[0])
    if ticket is None or given.get("signature") != crypto.jssdk_signature(ticket["token"], *fields):
        return jsonify(errMsg="config:invalid signature")
    return jsonify(errMsg="config:ok")


@client.get("/transfer")
def show_sheet() -> Response:
    """What the confirm sheet says before one taps."""
    world, given = here(), request.args
    bill = world.store.one("select * from transfer where package = ?", given.get("package", ""))
    if bill is None or bill["mch_id"] != given.get("mchId") or bill["app_id"] != given.get("appId"):
        return jsonify(error="参数错误，无法确认收款")
    if bill["state"] not in {"WAIT_USER_CONFIRM", "TRANSFERING"}:
        return jsonify(error="该笔转账已失效，无法收款")
    return jsonify(_sheet(world, bill))


def _sheet(world: World, bill: dict) -> dict:
    asked = json.loads(bill["request"])
    person = find_person(world.store, bill["user_id"])
    return {
        "amount_fen": bill["amount"],
        "merchant": world.registry.merchants[bill["mch_id"]].name,
        "payee": person["nickname"],
        "remark": asked["transfer_remark"],
        "reason": asked.get("user_recv_perception") or "商家转账",
        "style": asked.get("user_recv_style", {}).get("type", "CONFIRM_PAGE"),
    }


@client.post("/confirm")
def confirm() -> Response:
    """The tap on 确认收款, sent by the sheet as plain text so that no preflight is needed."""
    given = json.loads(request.get_data())
    try:
        transfers.confirm(here(), given["package"], mch_id=given["mchId"], app_id=given["appId"])
    except transfers.NotConfirmable as error:
        return jsonify(error=str(error))
    return jsonify(ok=True)
