"""Quality reports: received as files, told by their first bytes, public once attached, gone once removed."""

import pytest

from app.kit import files
from app.trace.actions import MOST_REPORTS
from tests.builders.codes import a_batch
from tests.builders.console import staff_headers
from tests.conftest import client_of

PDF = b"%PDF-1.7\n" + b"x" * 2000
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 20


@pytest.fixture
def batch(committed):
    with committed() as session:
        return a_batch(session, count=4)


@pytest.fixture
def path(batch):
    return f"/api/console/batches/{batch.id}/reports"


def attach(client, brand, path, body=PDF, title="出厂检验报告", headers=None):
    headers = headers or staff_headers(brand)
    return client.post(f"{path}/files", query_string={"title": title}, data=body, headers=headers)


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def kept(brand):
    folder = files.path_of(brand.id, "reports/x").parent
    return sorted(folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize(
    ("body", "media_type"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")]
)
def test_a_report_is_public_from_the_moment_it_is_attached(client, brand, path, body, media_type):
    made = attach(client, brand, path, body)
    assert made.status_code == 201
    with client.get(f"/t/reports/{made.get_json()['id']}") as shown:
        assert (shown.data, shown.mimetype) == (body, media_type)
        assert "frame-ancestors 'none'" in shown.headers["Content-Security-Policy"]
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
    listed = client.get(path, headers=staff_headers(brand, "auditor")).get_json()["items"]
    assert [item["id"] for item in listed] == [made.get_json()["id"]]


def test_a_removed_report_is_gone_with_its_file(client, brand, path):
    report = attach(client, brand, path).get_json()["id"]
    staff = staff_headers(brand)
    assert client.delete(f"/api/console/reports/{report}", headers=staff).status_code == 204
    assert client.get(f"/t/reports/{report}").status_code == 404
    assert refusal(client.delete(f"/api/console/reports/{report}", headers=staff)) == (404, "trace.unknown_report")
    assert client.get(path, headers=staff).get_json()["items"] == []
    assert kept(brand) == []


@pytest.mark.parametrize("body", [b"<html><script>alert(1)</script>", b"GIF89a", b"PK\x03\x04", b"%PD"])
def test_a_file_of_another_kind_is_refused_and_not_kept(client, brand, path, body):
    assert refusal(attach(client, brand, path, body)) == (422, "trace.not_a_report")
    assert kept(brand) == []


def test_empty_and_too_large_files_are_refused_and_not_kept(client, brand, path):
    assert refusal(attach(client, brand, path, b"")) == (422, "kit.empty_file")
    assert refusal(attach(client, brand, path, PDF + b"x" * 10_000_000)) == (413, "kit.too_large")
    assert refusal(attach(client, brand, path, title="")) == (422, "kit.invalid_input")
    assert kept(brand) == []


def test_a_batch_carries_a_bounded_number_of_reports(client, brand, path):
    staff = staff_headers(brand)
    for _ in range(MOST_REPORTS):
        assert attach(client, brand, path, headers=staff).status_code == 201
    assert refusal(attach(client, brand, path, headers=staff)) == (409, "trace.too_many_reports")
    assert len(kept(brand)) == MOST_REPORTS


def test_an_unknown_batch_has_no_reports(client, brand):
    path = "/api/console/batches/7/reports"
    assert refusal(attach(client, brand, path)) == (404, "codes.unknown_batch")
    assert refusal(client.get(path, headers=staff_headers(brand))) == (404, "codes.unknown_batch")
    assert kept(brand) == []


def test_only_the_brands_own_staff_attaches_and_removes(app, client, brand, other_brand, path):
    report = attach(client, brand, path).get_json()["id"]
    for headers in ({}, staff_headers(brand, None), staff_headers(other_brand), staff_headers(brand, "auditor")):
        assert attach(client, brand, path, headers=headers or {"X": "1"}).status_code in {401, 403}
        assert client.delete(f"/api/console/reports/{report}", headers=headers).status_code in {401, 403}
    elsewhere = client_of(app, other_brand)
    assert elsewhere.get(f"/t/reports/{report}").status_code == 404
    stranger = staff_headers(other_brand)
    assert elsewhere.delete(f"/api/console/reports/{report}", headers=stranger).status_code == 404
    assert len(kept(brand)) == 1
