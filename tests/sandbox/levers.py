"""/_ctl: the levers of the simulation: clock, faults, merchants' terms, and what happened so far."""

from dataclasses import asdict

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from tests.sandbox import ledger, notify, transfers
from tests.sandbox.clock import utc_text
from tests.sandbox.faults import Fault, UnknownFault
from tests.sandbox.registry import Merchant
from tests.sandbox.terms import TERM_NAMES, change_terms, terms_of
from tests.sandbox.world import World, here

levers = Blueprint("levers", __name__, url_prefix="/_ctl")


def tell_mistake(error: HTTPException) -> tuple[Response, int]:
    return jsonify(error=error.description), error.code


levers.register_error_handler(400, tell_mistake)
levers.register_error_handler(404, tell_mistake)


def given() -> dict:
    """The JSON object that was posted, or an empty one."""
    body = request.get_json(force=True, silent=True)
    return body if isinstance(body, dict) else {}


def _merchant(world: World, mch_id: str) -> Merchant:
    return world.registry.merchants.get(mch_id) or abort(404, "no such mch_id")


@levers.get("/transfers")
def show_transfers() -> Response:
    wanted = _wanted("mch_id", "out_bill_no", "openid", "state")
    rows = here().store.all("select * from transfer order by created_at, rowid")
    return jsonify(items=[transfers.described(row) for row in rows if wanted.items() <= row.items()])


def _wanted(*names: str) -> dict[str, str]:
    return {name: request.args[name] for name in names if name in request.args}


@levers.post("/advance")
def advance() -> Response:
    """Live through `seconds`: whatever falls due is done, notifications included, before the answer."""
    world, seconds = here(), float(given().get("seconds", 0))
    if seconds < 0:
        abort(400, "time only moves forward")
    world.scheduler.advance(seconds)
    return show_clock()


@levers.get("/clock")
def show_clock() -> Response:
    clock = here().clock
    return jsonify(now=utc_text(clock.now()), offset_seconds=round(clock.offset, 3))


@levers.get("/faults")
def show_faults() -> Response:
    return jsonify(items=here().faults.listed())


@levers.post("/faults")
def set_fault() -> tuple[Response, int]:
    """{name, on?: response|notification, times?: 1 | 0 for ever, match?: text in address or body, options…}."""
    options = given()
    name, on = str(options.pop("name", "")), options.pop("on", "response")
    times, match = int(options.pop("times", 1)), options.pop("match", None)
    try:
        fault = here().faults.add(name=name, on=on, match=match, times=times or None, options=options)
    except UnknownFault as error:
        abort(400, str(error))
    return jsonify(fault.described()), 201


@levers.delete("/faults")
def clear_faults() -> tuple[str, int]:
    here().faults.clear()
    return "", 204


@levers.get("/calls")
def show_calls() -> Response:
    return jsonify(items=here().calls.matching(request.args.get("match", "")))


@levers.delete("/calls")
def forget_calls() -> tuple[str, int]:
    here().calls.clear()
    return "", 204


@levers.get("/merchants/<mch_id>")
def show_merchant(mch_id: str) -> Response:
    world = here()
    merchant = _merchant(world, mch_id)
    return jsonify(
        mch_id=mch_id, terms=asdict(terms_of(world, mch_id)), accounts=ledger.balances(world, merchant.mch_id)
    )


@levers.patch("/merchants/<mch_id>")
def change_merchant(mch_id: str) -> Response:
    """Terms by their names, and `top_up_fen` (negative takes out)."""
    world, changes = here(), given()
    merchant, top_up = _merchant(world, mch_id), int(changes.pop("top_up_fen", 0))
    if changes.keys() - TERM_NAMES:
        abort(400, f"unknown: {sorted(changes.keys() - TERM_NAMES)}")
    try:
        change_terms(world, merchant.mch_id, changes)
    except ValueError as error:
        abort(400, str(error))
    if top_up:
        ledger.top_up(world, mch_id, top_up)
    return show_merchant(mch_id)


@levers.get("/notifications")
def show_notifications() -> Response:
    wanted = _wanted("mch_id", "out_bill_no", "state")
    rows = here().store.all("select * from notification order by created_at, rowid")
    return jsonify(items=[_with_attempts(row) for row in rows if wanted.items() <= row.items()])


def _with_attempts(row: dict) -> dict:
    statement = "select at, status from attempt where notification_id = ? order by id"
    return {**row, "tries": here().store.all(statement, row["id"])}


@levers.post("/notifications")
def write_notification() -> Response:
    """A signed notification about {mch_id, out_bill_no}, as {headers, body}; posted too when `url` is given.

    `overrides` changes the plaintext (a stale state), `fault` is a notification fault, `id` repeats an old one.
    """
    world, wish = here(), given()
    bill = transfers.find_by_out_no(world, wish.get("mch_id", ""), wish.get("out_bill_no", ""))
    if bill is None:
        abort(404, "no such bill")
    notification = notify.compose(world, bill, wish.get("overrides", {}), wish.get("id"))
    headers, body = notify.write_letter(world, notification, _loose_fault(wish))
    status = notify.post(wish["url"], headers, body) if "url" in wish else None
    return jsonify(headers=headers, body=body.decode(), status=status)


def _loose_fault(wish: dict) -> Fault | None:
    if "fault" not in wish:
        return None
    faults = here().faults
    try:
        return faults.detached(str(wish["fault"]), {"seconds": wish.get("seconds", 900)})
    except UnknownFault as error:
        abort(400, str(error))
