"""Carries out a fault on the request at hand: before the work is done, or after it."""

import json
import socket
from collections.abc import Callable

from flask import Flask, Response, g, request

from tests.sandbox.faults import Fault
from tests.sandbox.tokens import revoke_api_tokens
from tests.sandbox.world import World, here

UPSTREAM = ("/sns/", "/cgi-bin/", "/wxa/", "/intp/", "/v3/")
HTML = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


def install_mishaps(app: Flask) -> None:
    app.before_request(_before)
    app.after_request(_after)


def current_fault() -> Fault | None:
    return g.get("fault")


def _before() -> Response | None:
    if not request.path.startswith(UPSTREAM):
        return None
    world = here()
    text = f"{request.method} {request.full_path} {request.get_data(as_text=True)}"
    g.fault = world.faults.take("response", text)
    happen = BEFORE.get(g.fault.name) if g.fault else None
    return happen(world, g.fault) if happen else None


def _after(response: Response) -> Response:
    if not request.path.startswith(UPSTREAM):
        return response
    world, fault = here(), current_fault()
    _note_call(world, response)
    happen = AFTER.get(fault.name) if fault else None
    answer = happen(world, fault, response) if happen else response
    if g.get("hangs_up"):  # only now, so that whoever hears the silence finds the call noted
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return answer


def _note_call(world: World, response: Response) -> None:
    fault = current_fault()
    world.calls.note(
        {
            "at": world.clock.now(),
            "method": request.method,
            "url": request.full_path.rstrip("?"),
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": request.get_data(as_text=True),
            "status": response.status_code,
            "answer": response.get_data(as_text=True),
            "fault": fault.name if fault else None,
        }
    )


def _hang_up(_world: World, _fault: Fault, _response: Response | None = None) -> Response:
    """Close the line under the server's feet; whatever it writes afterwards goes nowhere."""
    g.hangs_up = True
    return Response(status=500)


def _fail(_: World, fault: Fault, __: Response | None = None) -> Response:
    return _envelope(fault, 500, "SYSTEM_ERROR", "系统异常，请稍后重试")


def _limit(_: World, fault: Fault) -> Response:
    return _envelope(fault, 429, "FREQUENCY_LIMITED", "频率超限，请降低请求频率")


def _envelope(fault: Fault, status: int, code: str, message: str) -> Response:
    envelope = {"code": fault.option("code", code), "message": fault.option("message", message)}
    text = json.dumps(envelope, ensure_ascii=False)
    return Response(text, int(fault.option("status", status)), content_type="application/json; charset=utf-8")


def _wait_and_go_on(world: World, fault: Fault) -> None:
    world.faults.keep_waiting(fault.seconds(1))


def _wait_and_hang_up(world: World, fault: Fault, _: Response | None = None) -> Response:
    world.faults.keep_waiting(fault.seconds(30))
    return _hang_up(world, fault)


def _refuse_by_errcode(_: World, fault: Fault) -> Response:
    answer = {"errcode": int(fault.option("errcode", -1)), "errmsg": fault.option("errmsg", "system error")}
    return Response(json.dumps(answer), content_type="application/json")


def _rotate_token(world: World, _: Fault) -> Response:
    revoke_api_tokens(world, request.args.get("access_token", ""))
    answer = {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"}
    return Response(json.dumps(answer), content_type="application/json")


def _truncate(_world: World, _fault: Fault, response: Response) -> Response:
    body = response.get_data()
    response.set_data(body[: len(body) // 2])
    return response


BEFORE: dict[str, Callable[[World, Fault], Response | None]] = {
    "latency": _wait_and_go_on,
    "timeout_before_commit": _wait_and_hang_up,
    "drop_before_commit": _hang_up,
    "error_before_commit": _fail,
    "rate_limited": _limit,
    "bad_gateway": lambda _, __: Response(HTML, 502, content_type="text/html"),
    "errcode": _refuse_by_errcode,
    "token_rotated": _rotate_token,
}
AFTER: dict[str, Callable[[World, Fault, Response], Response]] = {
    "timeout_after_commit": _wait_and_hang_up,
    "drop_after_commit": _hang_up,
    "error_after_commit": _fail,
    "truncated": _truncate,
}
