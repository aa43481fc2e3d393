"""Plain links over HTTP: the page's ``q``, the rules for WeChat, and its verification files."""

from urllib.parse import quote

import pytest

from app import codes
from app.codes.rules import print_url
from app.kit.transaction import transaction
from tests.builders.codes import a_batch
from tests.builders.console import staff_headers
from tests.conftest import client_of

LINKS = "/api/consumer/links"
FILES = "/api/console/host-files"
CODE = "K123456789ABCDEF"


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


@pytest.fixture
def admin(brand):
    return staff_headers(brand, "brand_admin")


@pytest.fixture
def put(client, admin):
    def send(name="MP_verify_a1.txt", content="a1B2", headers=None):
        return client.post(FILES, json={"name": name, "content": content}, headers=headers or admin)

    return send


@pytest.mark.parametrize(
    "path", [f"/S/{CODE}", f"/s/{CODE.lower()}", f"/01/06901234567892/21/{CODE}", f"/S/{CODE}?from=x"]
)
def test_the_pages_q_becomes_the_code(client, brand, path):
    for q in (quote(f"HTTPS://{brand.host.upper()}{path}", safe=""), f"https://{brand.host}{path}"):
        answer = client.post(LINKS, json={"q": q, "scancode_time": 1_795_622_400})
        assert answer.get_json() == {"code": CODE, "scanned_at": "2026-11-25T16:00:00+00:00"}


def test_a_typed_code_goes_the_same_way(client):
    assert client.post(LINKS, json={"q": "k123-4567-89ab-cdef"}).get_json() == {"code": CODE, "scanned_at": None}


def test_a_link_of_a_batch_is_followed_by_the_ordinary_steps(client, brand):
    with transaction(brand.id) as session:
        batch = a_batch(session)
    text = codes.text_of(brand.id, batch.lo)
    code = client.post(LINKS, json={"q": print_url(f"https://{brand.host}", text)}).get_json()["code"]
    assert client.get(f"/api/consumer/codes/{code}").get_json()["state"] == "inactive"


def test_a_link_of_another_host_or_form_is_refused(client, brand, other_brand):
    for q in (
        f"https://{other_brand.host}/S/{CODE}",
        f"https://nobody.test/S/{CODE}",
        f"https://{brand.host}@nobody.test/S/{CODE}",
        f"https://{brand.host}:444/S/{CODE}",
        f"https://{brand.host}/x/{CODE}",
        f"https://{brand.host}/S/short",
        "hello",
    ):
        assert refusal(client.post(LINKS, json={"q": q})) == (422, "codes.not_our_link"), q


@pytest.mark.parametrize(
    "body",
    [{}, {"q": ""}, {"q": "x" * 1025}, {"q": CODE, "scancode_time": -1}, {"q": CODE, "scancode_time": 1 << 50}],
)
def test_a_body_that_is_no_scan_is_refused(client, body):
    assert refusal(client.post(LINKS, json=body)) == (422, "kit.invalid_input")


@pytest.mark.parametrize("folder", ["/", "/s/", "/S/", "/01/"])
def test_a_verification_file_is_served_as_text_from_root_and_every_rule(client, put, folder):
    assert put().status_code == 204
    answer = client.get(f"{folder}MP_verify_a1.txt")
    assert (answer.get_data(as_text=True), answer.content_type) == ("a1B2", "text/plain; charset=utf-8")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_is_replaced_listed_and_removed(client, admin, put):
    put()
    put(content="c3")
    (item,) = client.get(FILES, headers=admin).get_json()["items"]
    assert (item["name"], item["content"]) == ("MP_verify_a1.txt", "c3")
    assert client.get("/MP_verify_a1.txt").get_data(as_text=True) == "c3"
    assert client.delete(f"{FILES}/MP_verify_a1.txt", headers=admin).status_code == 204
    assert refusal(client.get("/MP_verify_a1.txt")) == (404, "kit.not_found")
    again = client.delete(f"{FILES}/MP_verify_a1.txt", headers=admin)
    assert refusal(again) == (404, "tenancy.unknown_host_file")
    audit = client.get("/api/console/audit", headers=admin).get_json()["items"]
    done = ["tenancy.remove_host_file", "tenancy.put_host_file", "tenancy.put_host_file"]
    assert [one["action"] for one in audit][:3] == done


def test_a_file_is_served_under_its_own_brand_only(app, other_brand, put):
    put()
    other = client_of(app, other_brand)
    assert other.get("/MP_verify_a1.txt").status_code == 404
    assert other.get(FILES, headers=staff_headers(other_brand)).get_json()["items"] == []


@pytest.mark.parametrize(
    "name", ["a.html", "a.txt.html", "a b.txt", ".txt", "a.b.txt", "x" * 65 + ".txt", "码.txt"]
)
def test_a_name_that_could_be_anything_else_is_refused(put, name):
    assert refusal(put(name=name)) == (422, "kit.invalid_input")


@pytest.mark.parametrize("content", ["", "x" * 1001, "码", "a\x00b", "\x1b[0m"])
def test_a_content_that_is_no_plain_text_is_refused(put, content):
    assert refusal(put(content=content)) == (422, "kit.invalid_input")


@pytest.mark.parametrize(("role", "status"), [("brand_operator", 403), ("auditor", 403), (None, 401)])
def test_only_an_admin_changes_files(client, brand, put, role, status):
    headers = staff_headers(brand, role)
    assert put(headers=headers).status_code == status
    assert client.delete(f"{FILES}/a.txt", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        (f"/s/{CODE}", "landing.show"),
        ("/S/not-a-code", "landing.show"),
        ("/wallet", "landing.wallet"),
        ("/wallet/a.txt", "landing.wallet"),
        ("/console/a.txt", "landing.console"),
        ("/h5/a.txt", "pages.asset"),
        ("/s/a.txt", "host_files.serve_host_file"),
        ("/robots.txt", "host_files.serve_host_file"),
    ],
)
def test_no_file_stands_in_the_way_of_what_was_there_before(app, path, endpoint):
    assert app.url_map.bind("any.test").match(path)[0] == endpoint


def test_the_rules_to_enter_name_every_printed_form(client, brand, admin, wechat):
    told = client.get("/api/console/link-rules", headers=admin).get_json()
    assert told["app_id"] == wechat.mini
    assert [rule["prefix"] for rule in told["rules"]] == [
        f"http://{brand.host}{end}" for end in ("/S/", "/s/", "/01/")
    ]
    assert {rule["page"] for rule in told["rules"]} == {"pages/scan/index"}


def test_a_brand_without_a_mini_program_sees_its_rules_too(client, admin):
    assert client.get("/api/console/link-rules", headers=admin).get_json()["app_id"] is None
