"""Reporting a fake with a photo, and the brand's answer."""

import secrets
from typing import Any

from flask import Response, jsonify, request

from app import channel, identity
from app.kit import clock, files, photos, regions
from app.kit.errors import TooLarge, TooManyRequests
from app.kit.http import address_hash, brand_id, contract, limiter
from app.kit.ids import new_id
from app.kit.limits import Limit
from app.kit.paging import Page, PageQuery
from app.kit.transaction import transaction
from app.kit.uploads import EmptyFile, receive
from app.scans.actions import NewReport, add_photo, answer_report, find_own, report_fake
from app.scans.errors import PhotoGiven, ReportSettled, UnknownReport
from app.scans.models import Report
from app.scans.queries import (
    contact_of,
    known,
    others_of,
    report_page,
    report_row,
    reports_of_person,
)
from app.scans.routes.console import console
from app.scans.routes.consumer import consumer, remember_device
from app.scans.routes.held import DEVICE_COOKIE
from app.scans.schemas.reports import (
    AnswerSchema,
    MyReportPageSchema,
    NewReportSchema,
    ReportDetailSchema,
    ReportedSchema,
    ReportPageSchema,
    ReportQuery,
    ReportSchema,
)

MOST_BYTES = 5_000_000
BY_DEVICE = Limit("report_device", "5/hour")
BY_ADDRESS = Limit("report_address", "20/hour")
READERS = ("brand_admin", "brand_operator", "auditor")
WRITERS = ("brand_admin", "brand_operator")


@consumer.post("/reports")
@identity.anonymous
@contract(accepts=NewReportSchema, returns=ReportedSchema, errors=(TooManyRequests,), status=201)
def post_report(
    *, code: str, words: str, contact: str | None, latitude: float | None, longitude: float | None
) -> Response:
    """举报假货: 不用登录, 登录后能看到答复"""
    actor, device = identity.maybe_actor(), request.cookies.get(DEVICE_COOKIE) or secrets.token_hex(8)
    _require_patience(device)
    found = known(brand_id(), code)
    new = NewReport(
        code=found.read.text if found else code,
        code_no=found.read.code_no if found else None,
        person_id=actor.person_id if actor else None,
        device=device[:64],
        county=_county(latitude, longitude),
        words=words,
        contact=contact,
    )
    with transaction(brand_id()) as session:
        row = report_fake(session, new, at=clock.now())
    answer = jsonify(ReportedSchema().dump(row))
    answer.status_code = 201
    remember_device(answer, device)
    return answer


def _require_patience(device: str) -> None:
    if device:
        limiter().require(BY_DEVICE, f"{brand_id()}:{device}")
    limiter().require(BY_ADDRESS, f"{brand_id()}:{address_hash()}")


def _county(latitude: float | None, longitude: float | None) -> str | None:
    if latitude is None or longitude is None:
        return None
    place = channel.Place.of(latitude, longitude)
    region = regions.atlas().at(place.latitude_e6, place.longitude_e6)
    return region.code if region else None


@consumer.post("/reports/<int:report_id>/files")
@identity.anonymous
@contract(
    returns=ReportedSchema,
    errors=(UnknownReport, PhotoGiven, photos.NotAPhoto, TooLarge, EmptyFile, TooManyRequests),
    upload="image/*",
)
def post_photo(*, report_id: int) -> Report:
    """给自己的举报加一张照片"""
    actor, device = identity.maybe_actor(), request.cookies.get(DEVICE_COOKIE, "")
    person_id = actor.person_id if actor else None
    _require_patience(device)
    with transaction(brand_id()) as session:
        row = find_own(session, report_id, device=device, person_id=person_id)
    name = _keep_photo(report_id)
    try:
        with transaction(brand_id()) as session:
            add_photo(session, report_id, photo=name)
    except PhotoGiven:
        files.remove(brand_id(), name)
        raise
    return row


def _keep_photo(report_id: int) -> str:
    """The file's name, once it is a photo and nothing but one; raises `NotAPhoto`."""
    raw, name = f"reports/{report_id}-{new_id()}.raw", f"reports/{report_id}-{new_id()}.jpg"
    received = receive(brand_id(), raw, most_bytes=MOST_BYTES)
    try:
        photos.keep_photo(brand_id(), name, received.path)
    finally:
        files.remove(brand_id(), raw)
    return name


@consumer.get("/reports")
@contract(query=PageQuery, returns=MyReportPageSchema)
def my_reports(*, cursor: str | None, limit: int) -> Page[Report]:
    """我的举报与答复"""
    with transaction(brand_id()) as session:
        return reports_of_person(session, identity.current_actor().person_id, cursor=cursor, limit=limit)


@console.get("/reports")
@identity.requires_role(*READERS)
@contract(query=ReportQuery, returns=ReportPageSchema)
def list_reports(*, state: str | None, cursor: str | None, limit: int) -> Page[dict[str, Any]]:
    """假货举报列表"""
    with transaction(brand_id()) as session:
        found = report_page(session, state=state, cursor=cursor, limit=limit)
    return Page([_shown(row) for row in found.items], found.next_cursor)


@console.get("/reports/<int:report_id>")
@identity.requires_role(*READERS)
@contract(returns=ReportDetailSchema, errors=(UnknownReport,))
def show_report(*, report_id: int) -> dict[str, Any]:
    """一条假货举报"""
    with transaction(brand_id()) as session:
        row = report_row(session, report_id)
        others = others_of(session, row)
    return _shown(row) | {"contact": contact_of(row), "others": others}


@console.get("/reports/<int:report_id>/photo")
@identity.requires_role(*READERS)
@contract(errors=(UnknownReport,), media_type="image/jpeg")
def show_photo(*, report_id: int) -> Response:
    """举报的照片, 只给员工看"""
    with transaction(brand_id()) as session:
        photo = report_row(session, report_id).photo
    if photo is None:
        raise UnknownReport
    shown = files.path_of(brand_id(), photo).read_bytes()
    return Response(shown, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})


@console.post("/reports/<int:report_id>/answer")
@identity.requires_role(*WRITERS)
@contract(accepts=AnswerSchema, returns=ReportSchema, errors=(UnknownReport, ReportSettled))
def post_answer(*, report_id: int, answer: str | None) -> dict[str, Any]:
    """答复或关闭一条举报"""
    at, actor = clock.now(), identity.current_actor()
    with transaction(brand_id()) as session:
        row = answer_report(session, report_id, answer=answer, by=actor.person_id, at=at)
        told = {"state": row.state, "answer": answer}
        subject = f"report:{report_id}"
        identity.record(
            session, actor=actor, action="scans.report_settled", subject=subject, before=None, after=told, at=at
        )
    return _shown(row)


def _shown(row: Report) -> dict[str, Any]:
    region = regions.atlas().by_code.get(row.county) if row.county else None
    facts = {name: getattr(row, name, None) for name in ReportSchema().fields}
    place = f"{region.city}{region.name}" if region else row.county
    return facts | {"place": place, "has_photo": row.photo is not None}
