import functools
import secrets

from flask import Blueprint, Response, current_app, g, render_template, request

from app import identity
from app.kit import pages
from app.kit.errors import TooManyRequests
from app.kit.http import language
from app.scans.pages.moments import local_moment
from app.scans.pages.texts import landing_texts
from app.scans.routes.consumer import resolve_verdict

landing = Blueprint("landing", __name__, template_folder="../pages")
landing.audience = "public"  # type: ignore[attr-defined]  # read by the factory's guards
WECHAT = "MicroMessenger"


@landing.get("/s/<string:text>")
@landing.get("/S/<string:text>")
def show(text: str) -> Response | tuple[Response, int]:
    """扫码落地页: 只读, 预览链接不会计入查询"""
    actor = identity.maybe_actor()
    try:
        verdict = resolve_verdict(text, actor)
    except TooManyRequests:
        return Response("429", status=429)
    return _page(verdict, signed_in=actor is not None)


def _page(verdict: dict[str, object], *, signed_in: bool) -> Response:
    nonce, chosen = secrets.token_urlsafe(12), language()
    text = render_template(
        "landing.html",
        verdict=verdict,
        brand={"name": g.brand.name_en if chosen == "en" else g.brand.name, "color": g.brand.color},
        lang=chosen,
        t=landing_texts(chosen),
        moment=local_moment,
        signed_in=signed_in,
        wechat=in_wechat(),
        nonce=nonce,
        css=built("scan.css"),
        js=built("scan.js"),
    )
    response = Response(text, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = pages.policy(current_app.config["MALU_SCRIPT_ORIGIN"], nonce)
    return response


def in_wechat() -> bool:
    return current_app.config["MALU_ANY_BROWSER"] or WECHAT in request.headers.get("User-Agent", "")


@functools.cache
def built(name: str) -> str:
    """A file of the scan entry as built; read once per process."""
    return (pages.BUILT / "scan" / name).read_text(encoding="utf-8")


@landing.get("/")
@landing.get("/wallet")
@landing.get("/wallet/<path:_inner>")
def wallet(_inner: str = "") -> Response:
    """我的红包与提现"""
    return _entry("shop")


@landing.get("/terminal")
@landing.get("/terminal/<path:_inner>")
def workbench(_inner: str = "") -> Response:
    """门店工作台"""
    return _entry("terminal")


@landing.get("/dealer")
@landing.get("/dealer/<path:_inner>")
def dealer_bench(_inner: str = "") -> Response:
    """经销商工作台"""
    return _entry("dealer")


@landing.get("/console")
@landing.get("/console/<path:_inner>")
def console(_inner: str = "") -> Response:
    """品牌控制台"""
    return _entry("console")


def _entry(name: str) -> Response:
    facts = {
        "jssdk": current_app.config["MALU_JSSDK_URL"],
        "wechat": "1" if in_wechat() else "0",
        "brand": g.brand.name,
        "color": g.brand.color,
    }
    return pages.entry_page(name, facts)
