"""One process, one port: every upstream under its real path."""

from pathlib import Path

from flask import Flask, Response, jsonify, render_template
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.sandbox import market, notify, transfers
from tests.sandbox.api import api
from tests.sandbox.client import client
from tests.sandbox.control import control, open_accounts
from tests.sandbox.levers import levers
from tests.sandbox.marketcode import marketcode
from tests.sandbox.mishaps import install_mishaps
from tests.sandbox.oauth import oauth
from tests.sandbox.pay import pay
from tests.sandbox.risk_rank import risk_rank
from tests.sandbox.scanning import scanning
from tests.sandbox.world import World, open_world

FUTURE = {
    "transfer.process": transfers.process,
    "transfer.wait": transfers.wait,
    "transfer.expire": transfers.expire,
    "transfer.finish": transfers.finish,
    "transfer.cancelled": transfers.finish_cancelling,
    "transfer.final": notify.announce,
    "market.finish": market.finish,
    "notify": notify.deliver,
    "notify.release": notify.release,
}


INDEX = (
    ("users", "微信用户 users"),
    ("transfers", "转账单 transfers"),
    ("notifications", "通知 notifications"),
    ("calls", "收到的请求 calls"),
    ("faults", "故障 faults"),
    ("clock", "时钟 clock"),
)


class QuietHandler(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """The list of calls is at /_ctl/calls; a line per request would fill the terminal."""


def create_app(folder: Path) -> Flask:
    app = Flask(__name__, template_folder="pages", static_folder=None)
    app.config["WORLD"] = world = open_world(folder)
    open_accounts(world)
    for blueprint in (api, oauth, pay, marketcode, client, control, levers, risk_rank, scanning):
        app.register_blueprint(blueprint)
    install_mishaps(app)
    app.add_url_rule("/healthz", "healthz", answer_health)
    app.add_url_rule("/", "index", show_index)
    _start_time(world)
    return app


def show_index() -> str:
    return render_template("index.html", links=INDEX)


def answer_health() -> Response:
    return jsonify(ok=True)


def _start_time(world: World) -> None:
    for kind, act in FUTURE.items():
        world.scheduler.handlers[kind] = lambda subject, act=act: act(world, subject)
    world.scheduler.start()


def open_server(host: str, port: int, folder: Path) -> BaseWSGIServer:
    """Bound and ready; port 0 takes a free one."""
    return make_server(host, port, create_app(folder), threaded=True, request_handler=QuietHandler)
