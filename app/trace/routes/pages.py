"""What a consumer may read of a code's way, and the quality reports of its batch."""

import secrets
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, send_file

from app import catalog, channel, codes
from app.kit import clock, files, pages, regions
from app.kit.errors import NotFound, TooManyRequests
from app.kit.http import brand_id, client_address, language, limiter
from app.kit.limits import Limit
from app.kit.transaction import transaction
from app.trace import queries
from app.trace.pages.texts import trace_texts
from app.trace.rules.journey import Place, Stop, area, stops

public = Blueprint("trace", __name__, template_folder="../pages")
public.audience = "public"  # type: ignore[attr-defined]  # read by the factory's guards


@public.get("/t/<string:text>")
def show(text: str) -> Response:
    """商品追溯页: 只读, 不计入查询次数"""
    read = codes.read(brand_id(), text)
    if read is None:
        return _unknown()
    with transaction(brand_id()) as session:
        way = queries.way(session, read)
    facts = catalog.product_facts(brand_id(), read.batch.sku_id)
    response = _page(read=read, facts=facts, way=_stops(read, way), reports=way.reports)
    if read.state == codes.CodeState.VOID:
        response.status_code = HTTPStatus.GONE
    return response


def _unknown() -> Response:
    """No statement, only patience: whoever guesses is slowed down as on the landing page."""
    rate = f"{current_app.config['MALU_GUESSES_PER_MINUTE']}/minute"
    try:
        limiter().require_locally(Limit("guess", rate), client_address())
    except TooManyRequests:
        return Response("429", status=HTTPStatus.TOO_MANY_REQUESTS)
    response = _page(read=None)
    response.status_code = HTTPStatus.NOT_FOUND
    return response


def _stops(read: codes.CodeRead, way: queries.Way) -> list[Stop]:
    directory = channel.directory(brand_id())
    dealers = {piece.record.dealer_id for _, piece in way.pieces} - {None}
    shops = {
        terminal_id: (directory.terminal_name(terminal_id), area(_places([county])))
        for terminal_id, county in way.counties.items()
    }
    areas = {
        dealer_id: area(
            _places([county for county, owner in directory.county_dealers.items() if owner == dealer_id])
        )
        for dealer_id in dealers
        if dealer_id is not None
    }
    return stops(read.code_no, way.pieces, dealers=areas, shops=shops)


def _places(counties: list[str]) -> list[Place]:
    known = [regions.atlas().by_code.get(county) for county in counties]
    return [Place(region.name, region.city) for region in known if region]


def _page(**facts: Any) -> Response:
    nonce, chosen = secrets.token_urlsafe(12), language()
    text = render_template(
        "trace.html",
        brand={"name": g.brand.name_en if chosen == "en" else g.brand.name, "color": g.brand.color},
        lang=chosen,
        t=trace_texts(chosen),
        day=clock.business_day,
        nonce=nonce,
        css=pages.built_for_scans("scan.css"),
        **facts,
    )
    response = Response(text, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = pages.policy(current_app.config["MALU_SCRIPT_ORIGIN"], nonce)
    return response


@public.get("/t/reports/<int:report_id>")
def show_report(report_id: int) -> Response:
    """质检报告文件"""
    with transaction(brand_id()) as session:
        row = queries.report_row(session, report_id)
    path = files.path_of(brand_id(), row.file)
    if not path.is_file():
        raise NotFound
    return send_file(path, row.media_type, max_age=3600)
