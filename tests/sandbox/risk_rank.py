"""api.weixin.qq.com: what WeChat thinks of a person who has been here within two hours."""

import secrets

from flask import Blueprint, Response, request

from tests.sandbox.api import answer, app_of_token, json_body, refuse
from tests.sandbox.people import owner_of
from tests.sandbox.registry import App
from tests.sandbox.world import World, here

risk_rank = Blueprint("risk_rank", __name__)
SCENES = {0, 1}
ACTIVE_SECONDS = 7200
REQUIRED = ("appid", "openid", "scene", "client_ip")


@risk_rank.route("/wxa/getuserriskrank", methods=["GET", "POST"])
def tell_risk_rank() -> Response:
    world = here()
    if request.method != "POST":
        return refuse(43002)
    app = app_of_token(world)
    if isinstance(app, int):
        return refuse(app)
    given = json_body()
    if given is None:
        return refuse(47001)
    if errcode := _wrong(world, app, given):
        return refuse(errcode)
    person = owner_of(world.store, app.app_id, given["openid"])
    return answer(
        {
            "errcode": 0,
            "errmsg": "getuserriskrank succ",
            "risk_rank": person["risk"],
            "unoin_id": secrets.randbelow(10**9),
        }
    )


def _wrong(world: World, app: App, given: dict) -> int | None:
    if app.kind != "mini":
        return 48001
    if any(given.get(name) in {None, ""} for name in REQUIRED):
        return 44002
    if given["scene"] not in SCENES:
        return 40129
    person = owner_of(world.store, app.app_id, str(given["openid"]))
    if given["appid"] != app.app_id:
        return 43104
    if person is None:
        return 40003
    return None if _was_here(world, app, person) else 61010


def _was_here(world: World, app: App, person: dict) -> bool:
    """A login code of the mini-program lasts five minutes: its end tells when it was made."""
    statement = "select max(expires_at) as until from code where kind = 'js' and app_id = ? and user_id = ?"
    row = world.store.one(statement, app.app_id, person["id"])
    return row["until"] is not None and row["until"] > world.clock.now() - ACTIVE_SECONDS
