import secrets

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask.typing import ResponseReturnValue

from app import catalog, identity
from app.kit import pages
from app.kit.errors import TooManyRequests
from app.kit.http import brand_id, language
from app.kit.money import format_fen
from app.scans.pages.film import film_texts
from app.scans.pages.further import further_texts
from app.scans.pages.moments import local_moment
from app.scans.pages.texts import landing_texts
from app.scans.routes.consumer import resolve_verdict

landing = Blueprint("landing", __name__, template_folder="../pages")
landing.audience = "public"  # type: ignore[attr-defined]  # read by the factory's guards
WECHAT = "MicroMessenger"
CLEAN = ("first", "again")
WORDED = ("unit", "case")


@landing.get("/s/<string:text>")
@landing.get("/S/<string:text>")
def show(text: str) -> Response | tuple[Response, int]:
    """扫码落地页: 只读, 预览链接不会计入查询"""
    actor = identity.maybe_actor()
    try:
        verdict = resolve_verdict(text, actor)
    except TooManyRequests:
        return Response("429", status=429)
    return landing_page(verdict, signed_in=actor is not None)


@landing.get("/p/<string:gtin>")
def show_product(gtin: str) -> Response:
    """产品信息页"""
    item = catalog.item_of_gtin(brand_id(), gtin)
    return product_page(item) if item else abort(404)


@landing.get("/s/<string:text>/film")
@landing.get("/S/<string:text>/film")
def show_film(text: str) -> ResponseReturnValue:
    """核对涂层下防伪码的页面; 没有涂层的码回到落地页"""
    try:
        verdict = resolve_verdict(text, identity.maybe_actor())
    except TooManyRequests:
        return Response("429", status=429)
    if not verdict["security_code"]:
        return redirect(url_for("landing.show", text=text))
    return render(
        "film.html",
        verdict=verdict,
        clean=verdict["state"] in CLEAN,
        sort=verdict["level"] if verdict["level"] in WORDED else "pack",
        js=pages.built_for_scans("film.js", entry="film"),
    )


def landing_page(verdict: dict[str, object], *, signed_in: bool) -> Response:
    """The page of a verdict, whichever address led to it."""
    return render(
        "landing.html",
        verdict=verdict,
        signed_in=signed_in,
        wechat=in_wechat(),
        js=pages.built_for_scans("scan.js"),
    )


def product_page(item: catalog.Item) -> Response:
    """What anybody may know of a product, without a code in hand."""
    return render("product.html", item=item)


def render(template: str, **facts: object) -> Response:
    """A page of the scan's family, in the language of the request."""
    nonce, chosen = secrets.token_urlsafe(12), language()
    text = render_template(
        template,
        brand={"name": g.brand.name_en if chosen == "en" else g.brand.name, "color": g.brand.color},
        lang=chosen,
        t={**landing_texts(chosen), **further_texts(chosen), **film_texts(chosen)},
        moment=local_moment,
        yuan=format_fen,
        nonce=nonce,
        css=pages.built_for_scans("scan.css"),
        **facts,
    )
    response = Response(text, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = pages.policy(current_app.config["MALU_SCRIPT_ORIGIN"], nonce)
    return response


def in_wechat() -> bool:
    return current_app.config["MALU_ANY_BROWSER"] or WECHAT in request.headers.get("User-Agent", "")


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


@landing.get("/join/<string:_token>")
def join(_token: str) -> Response:
    """接受邀请, 登记我的店"""
    return _entry("join")


@landing.get("/warehouse")
@landing.get("/warehouse/<path:_inner>")
def warehouse(_inner: str = "") -> Response:
    """仓库扫码: 谁能开什么单由接口把关"""
    return _entry("warehouse")


@landing.get("/warehouse/sw.js")
def warehouse_worker() -> Response:
    """仓库扫码页的离线缓存; 浏览器只许它管自己地址之下的页面"""
    response = send_from_directory(pages.BUILT / "warehouse", "sw.js", mimetype="text/javascript", max_age=0)
    response.headers["Service-Worker-Allowed"] = "/warehouse"
    response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
    return response


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
