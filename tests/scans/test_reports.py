"""Whoever holds a fake tells the brand, with a photo of bare pixels, and may read the answer."""

import zlib
from io import BytesIO
from struct import pack

import pytest
from PIL import Image
from sqlalchemy import text

from app import codes
from app.kit import files
from app.kit.transaction import transaction
from tests.builders.channel import bearer, someone_with
from tests.builders.codes import an_active_batch
from tests.builders.console import staff_headers
from tests.conftest import client_of

REPORTS, DESK = "/api/consumer/reports", "/api/console/reports"


@pytest.fixture
def code(committed):
    with committed() as session:
        return next(codes.printed(session, batch_id=an_active_batch(session, count=1).id)).inner


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def report(client, text_, headers=None, **given):
    told = {"code": text_, "words": "瓶盖和以前的不一样", "contact": "13800138000"} | given
    return client.post(REPORTS, json=told, headers=headers or {})


def add_photo(client, report_id, body, headers=None):
    given = {"Content-Type": "image/jpeg"} | (headers or {})
    return client.post(f"{REPORTS}/{report_id}/files", data=body, headers=given)


def a_photo(kind="JPEG", size=(2400, 1200), mode="RGB", **options):
    written = BytesIO()
    Image.new(mode, size, 200).save(written, kind, **options)
    return written.getvalue()


def a_photo_with_a_place():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "SECRETPHONE"
    exif.get_ifd(0x8825)[1] = "N"
    return a_photo(exif=exif)


def a_bomb():
    """A PNG of forty thousand pixels a side in a few hundred bytes."""
    header = pack(">IIBBBBB", 40_000, 40_000, 1, 0, 0, 0, 0)

    def chunk(kind, body):
        return pack(">I", len(body)) + kind + body + pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(b"\0" * 5001 * 4)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_stranger_reports_a_code_adds_a_photo_and_the_brand_sees_both(client, brand, code):
    made = report(client, code.lower(), latitude=31.22, longitude=121.48)
    assert (made.status_code, made.get_json()["state"]) == (201, "open")
    report_id = made.get_json()["id"]
    assert add_photo(client, report_id, a_photo_with_a_place()).status_code == 200
    staff = staff_headers(brand, "auditor")
    [listed] = client.get(DESK, headers=staff).get_json()["items"]
    assert (listed["code"], listed["place"], listed["has_photo"], listed["state"]) == (
        code,
        "上海市黄浦区",
        True,
        "open",
    )
    assert "contact" not in listed
    shown = client.get(f"{DESK}/{report_id}", headers=staff).get_json()
    assert (shown["contact"], shown["words"], shown["others"]) == ("13800138000", "瓶盖和以前的不一样", 0)
    photo = client.get(f"{DESK}/{report_id}/photo", headers=staff)
    assert (photo.mimetype, photo.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    with Image.open(BytesIO(photo.data)) as seen:
        assert seen.size == (800, 1600)
    with transaction(brand.id) as session:
        row = session.execute(text("SELECT contact_sealed FROM scans_report WHERE brand_id = :b"), {"b": brand.id})
        assert b"13800138000" not in row.scalar()


def test_a_text_that_is_no_code_may_be_reported_too(client, brand):
    made = report(client, "HTTP://FAKE/XYZ")
    shown = client.get(f"{DESK}/{made.get_json()['id']}", headers=staff_headers(brand)).get_json()
    assert (shown["code"], shown["code_no"], shown["has_photo"]) == ("HTTP://FAKE/XYZ", None, False)


@pytest.mark.parametrize(
    "wrong", [{"words": ""}, {"words": "x" * 1001}, {"contact": "x" * 81}, {"code": ""}, {"latitude": 91.0}]
)
def test_a_report_of_nothing_or_too_much_is_refused(client, code, wrong):
    assert refusal(report(client, code, **wrong)) == (422, "kit.invalid_input")


def test_a_photo_that_is_none_is_refused_and_leaves_no_file(client, brand, code):
    report_id = report(client, code).get_json()["id"]
    for body, expected in (
        (b"not a photo", (422, "kit.not_a_photo")),
        (a_bomb(), (422, "kit.not_a_photo")),
        (b"x" * 5_000_001, (413, "kit.too_large")),
        (b"", (422, "kit.empty_file")),
    ):
        assert refusal(add_photo(client, report_id, body)) == expected
    folder = files.path_of(brand.id, "reports/x").parent
    assert list(folder.iterdir()) == []


def test_one_photo_a_report_and_only_by_whoever_made_it(app, client, brand, other_brand, committed, code):
    report_id = report(client, code).get_json()["id"]
    assert refusal(add_photo(client_of(app, brand), report_id, a_photo())) == (404, "scans.unknown_report")
    with committed() as session:
        other = bearer(session, someone_with(session))
    assert refusal(add_photo(client_of(app, brand), report_id, a_photo(), other)) == (404, "scans.unknown_report")
    assert refusal(add_photo(client_of(app, other_brand), report_id, a_photo())) == (404, "scans.unknown_report")
    assert add_photo(client, report_id, a_photo()).status_code == 200
    assert refusal(add_photo(client, report_id, a_photo())) == (409, "scans.photo_given")


def test_a_device_reports_five_times_an_hour(client, code):
    assert [report(client, code).status_code for _ in range(6)] == [201] * 5 + [429]


def test_an_answer_is_given_once_and_read_by_whoever_reported(app, client, brand, committed, code):
    with committed() as session:
        mine, other = (bearer(session, someone_with(session)) for _ in range(2))
    report_id = report(client, code, mine).get_json()["id"]
    staff = staff_headers(brand)
    answer = client.post(f"{DESK}/{report_id}/answer", json={"answer": "感谢, 已交工商"}, headers=staff)
    assert answer.get_json()["state"] == "answered"
    again = client.post(f"{DESK}/{report_id}/answer", json={"answer": "再答"}, headers=staff)
    assert refusal(again) == (409, "scans.report_settled")
    [read] = client.get(REPORTS, headers=mine).get_json()["items"]
    assert (read["answer"], read["state"]) == ("感谢, 已交工商", "answered")
    assert client.get(REPORTS, headers=other).get_json()["items"] == []
    assert refusal(client_of(app, brand).get(REPORTS)) == (401, "identity.sign_in_required")
    closed = report(client, code, mine).get_json()["id"]
    assert client.post(f"{DESK}/{closed}/answer", json={}, headers=staff).get_json()["state"] == "closed"
    open_ones = client.get(f"{DESK}?state=open", headers=staff).get_json()["items"]
    assert open_ones == []


def test_only_the_brands_own_staff_see_reports_and_only_writers_answer(client, brand, other_brand, code):
    report_id = report(client, code).get_json()["id"]
    for path in (DESK, f"{DESK}/{report_id}", f"{DESK}/{report_id}/photo"):
        assert client.get(path).status_code == 401
        for headers in (staff_headers(brand, None), staff_headers(other_brand)):
            assert client.get(path, headers=headers).status_code in {401, 403}
    answer = client.post(
        f"{DESK}/{report_id}/answer", json={"answer": "x"}, headers=staff_headers(brand, "auditor")
    )
    assert answer.status_code == 403
    assert refusal(client.get(f"{DESK}/{report_id}/photo", headers=staff_headers(brand))) == (
        404,
        "scans.unknown_report",
    )
    assert refusal(client.get(f"{DESK}/1", headers=staff_headers(brand))) == (404, "scans.unknown_report")


def test_another_brand_has_no_such_report(app, client, brand, other_brand, code):
    report_id = report(client, code).get_json()["id"]
    elsewhere = client_of(app, other_brand).get(f"{DESK}/{report_id}", headers=staff_headers(other_brand))
    assert refusal(elsewhere) == (404, "scans.unknown_report")
