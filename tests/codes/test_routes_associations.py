"""Who may send files of a line and repack by hand, over which doors, and what is answered."""

import csv
import io

import pytest
from sqlalchemy import text

from app.codes.routes import imports
from app.kit import files
from tests.builders.associations import (
    FILES,
    an_api_key,
    in_order,
    line_batches,
    line_file,
    parents,
    texts,
    upload,
)
from tests.builders.codes import texts_of
from tests.builders.console import staff_headers
from tests.conftest import client_of

LIST = "/api/console/associations"
PACKING = "/api/console/packing"
OPEN_FILES, OPEN = "/api/open/associations/files", "/api/open/associations"
READS = [LIST, f"{LIST}/1", f"{LIST}/1/errors", f"{LIST}/1/errors.csv", f"{PACKING}/history?code=X"]
WRITES = [FILES + "?name=a.csv", f"{LIST}/1/retry"] + [
    f"{PACKING}/{verb}" for verb in ("unpack", "take-out", "put-in", "replace", "close")
]
HANDS = ("unpack", "take-out", "replace", "close", "put-in")


def asked_of(verb, units, cases):
    asked = {
        "unpack": {"parent": cases[0]},
        "take-out": {"children": units[:2]},
        "replace": {"old": units[0], "new": units[47]},
        "close": {"parent": cases[0]},
        "put-in": {"parent": cases[0], "children": [units[47]]},
    }
    return asked[verb] | {"reason": "换箱"}


@pytest.fixture
def staff(brand):
    return staff_headers(brand)


@pytest.fixture
def admin(brand):
    return staff_headers(brand, "brand_admin")


@pytest.fixture
def made(committed):
    with committed() as session:
        return line_batches(session)


@pytest.fixture
def known(committed, made):
    with committed() as session:
        return texts(session, made)


@pytest.fixture
def packed(client, staff, worker, known):
    """All units but the last, in two cases."""
    units, cases, _ = known
    upload(client, staff, line_file(in_order(cases, units, 24)[:47]))
    worker()
    return units, cases


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def audited(committed):
    with committed() as session:
        rows = session.execute(
            text("SELECT action FROM identity_audit WHERE brand_id = :brand ORDER BY position"),
            {"brand": session.info["brand_id"]},
        )
        return [action for action in rows.scalars() if action.startswith("codes.")]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", path) for path in READS] + [("POST", path) for path in WRITES]
)
def test_strangers_consumers_and_other_brands_are_kept_out(client, brand, other_brand, method, path):
    assert refusal(client.open(path, method=method, json={}))[0] == 401
    for headers in (staff_headers(brand, None), staff_headers(other_brand)):
        assert refusal(client.open(path, method=method, json={}, headers=headers))[0] in {401, 403}


@pytest.mark.parametrize("path", WRITES)
def test_an_auditor_sends_nothing_and_reads(client, brand, path):
    headers = staff_headers(brand, "auditor")
    assert refusal(client.post(path, json={}, headers=headers))[0] == 403
    assert client.get(LIST, headers=headers).status_code == 200


def test_an_upload_is_answered_at_once_and_its_end_can_be_watched(client, staff, worker, committed, known):
    units, cases, _ = known
    answer = upload(
        client, staff, line_file(in_order(cases, units, 24)), name="一号线.csv", line="1", factory="一厂"
    )
    first = answer.get_json()
    assert (answer.status_code, first["state"], first["name"]) == (202, "waiting", "一号线.csv")
    worker()
    shown = client.get(f"{LIST}/{first['id']}", headers=staff).get_json()
    assert (shown["state"], shown["units"], shown["line"], shown["factory"]) == ("done", 48, "1", "一厂")
    assert client.get(LIST, headers=staff).get_json()["items"] == [shown]
    assert audited(committed) == ["codes.import_file", "codes.import"]


def test_a_second_upload_of_the_same_bytes_keeps_no_second_file(client, brand, staff, known):
    units, cases, _ = known
    body = line_file(in_order(cases, units, 24))
    upload(client, staff, body)
    upload(client, staff, body)
    assert len(list(files.path_of(brand.id, "associations/x").parent.iterdir())) == 1


def test_errors_are_listed_by_page_and_downloaded_without_formulas(client, staff, worker, known):
    _, cases, _ = known
    body = line_file([(cases[0], f"=cmd{place}") for place in range(1100)])
    import_id = upload(client, staff, body).get_json()["id"]
    worker()
    first = client.get(f"{LIST}/{import_id}/errors?limit=2", headers=staff).get_json()
    assert [one["line"] for one in first["items"]] == [2, 3]
    path = f"{LIST}/{import_id}/errors?limit=2&cursor={first['next_cursor']}"
    second = client.get(path, headers=staff).get_json()
    assert [one["line"] for one in second["items"]] == [4, 5]
    file = client.get(f"{LIST}/{import_id}/errors.csv", headers=staff)
    assert file.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(file.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows[0] == ["行号", "内容", "原因"]
    assert rows[1][0] == "2"
    assert len(rows) == 1 + 1000 + 1
    assert rows[-1] == ["另有 100 行有错, 未列出"]
    english = client.get(f"{LIST}/{import_id}/errors.csv", headers=staff | {"Accept-Language": "en"})
    assert "100 more lines are wrong" in english.get_data(as_text=True)


def test_a_cell_that_looks_like_a_formula_is_text(client, staff, worker, known):
    _, cases, _ = known
    import_id = upload(client, staff, line_file([("=HYPERLINK(1)", cases[0])], columns="")).get_json()["id"]
    worker()
    body = client.get(f"{LIST}/{import_id}/errors.csv", headers=staff).get_data(as_text=True)
    assert "\"'=HYPERLINK(1)" in body


@pytest.mark.parametrize(
    "query", [{"name": ""}, {"name": "a/b"}, {"name": "x" * 201}, {"line": "\n"}, {"dry_run": "?"}]
)
def test_an_upload_with_bad_names_is_refused(client, staff, query):
    given = {"name": "a.csv"} | query
    assert refusal(client.post(FILES, query_string=given, data=b"x", headers=staff)) == (422, "kit.invalid_input")


def test_an_empty_file_and_one_too_large_are_refused(client, staff, monkeypatch):
    assert refusal(upload(client, staff, b"")) == (422, "kit.empty_file")
    monkeypatch.setattr(imports, "MOST_BYTES", 10)
    assert refusal(upload(client, staff, b"x" * 11)) == (413, "kit.too_large")


def test_unknown_imports_and_finished_ones_are_refused(client, staff, worker, known):
    for path in (f"{LIST}/1", f"{LIST}/1/errors", f"{LIST}/1/errors.csv"):
        assert refusal(client.get(path, headers=staff)) == (404, "codes.unknown_import")
    assert refusal(client.post(f"{LIST}/1/retry", headers=staff)) == (404, "codes.unknown_import")
    units, cases, _ = known
    done = upload(client, staff, line_file(in_order(cases, units, 24))).get_json()["id"]
    assert refusal(client.post(f"{LIST}/{done}/retry", headers=staff)) == (409, "codes.import_not_refused")
    wrong = upload(client, staff, line_file([(cases[0], "x")])).get_json()["id"]
    worker()
    assert client.post(f"{LIST}/{wrong}/retry", headers=staff).get_json()["state"] == "waiting"


def test_another_brand_sees_nothing_of_an_import(app, client, staff, other_brand, known):
    units, cases, _ = known
    import_id = upload(client, staff, line_file(in_order(cases, units, 24))).get_json()["id"]
    other, headers = client_of(app, other_brand), staff_headers(other_brand)
    assert refusal(other.get(f"{LIST}/{import_id}", headers=headers)) == (404, "codes.unknown_import")


def test_the_line_sends_files_by_the_open_api(client, admin, worker, known):
    units, cases, _ = known
    key, reader = an_api_key(client, admin), an_api_key(client, admin, scopes=["codes.read"])
    body = line_file(in_order(cases, units, 24))
    assert refusal(upload(client, reader, body, path=OPEN_FILES)) == (403, "identity.forbidden")
    sent = upload(client, key, body, path=OPEN_FILES)
    assert (sent.status_code, sent.get_json()["source"]) == (202, "open")
    worker()
    seen = client.get(f"{OPEN}/{sent.get_json()['id']}", headers=reader).get_json()
    assert (seen["state"], seen["units"]) == ("done", 48)
    errors = client.get(f"{OPEN}/{seen['id']}/errors", headers=reader).get_json()
    assert errors == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("verb", HANDS)
@pytest.mark.parametrize("audience", ["console", "open"])
def test_hands_repack_by_the_console_and_by_the_open_api(client, admin, committed, made, packed, verb, audience):
    units, cases = packed
    headers = admin if audience == "console" else an_api_key(client, admin, scopes=["codes.write"])
    answer = client.post(f"/api/{audience}/packing/{verb}", json=asked_of(verb, units, cases), headers=headers)
    assert answer.status_code == 200, answer.get_json()
    counted = {"unpack": 24, "take-out": 2, "replace": 1, "close": 24, "put-in": 1}[verb]
    assert answer.get_json() == {"units": counted}
    expected = {
        "unpack": (None, None),
        "take-out": (None, None),
        "replace": (None, 0),
        "put-in": (0, 0),
        "close": (0, None),
    }
    with committed() as session:
        found = parents(session, [made.units.lo, made.units.hi - 1])
    assert found == [None if place is None else made.cases.lo + place for place in expected[verb]]
    assert audited(committed)[-1] == f"codes.{verb.replace('-', '_')}"


def test_repacking_names_the_code_it_does_not_know_and_needs_a_reason(client, staff, packed):
    units, cases = packed
    asked = {"parent": cases[0], "children": [units[47], "HTTPS://X/S/NOTACODE"], "reason": "补"}
    answer = client.post(f"{PACKING}/put-in", json=asked, headers=staff)
    assert refusal(answer) == (404, "codes.unknown")
    assert answer.get_json()["error"]["details"] == {"index": 2}
    for wrong in ({"reason": ""}, {"reason": "\n"}, {"children": []}, {"children": units[:1] * 1001}):
        assert refusal(client.post(f"{PACKING}/put-in", json=asked | wrong, headers=staff))[0] == 422


def test_the_history_of_a_code_names_parents_by_their_texts(client, staff, committed, made, packed):
    units, cases = packed
    client.post(f"{PACKING}/take-out", json={"children": [units[0]], "reason": "抽样"}, headers=staff)
    told = client.get(f"{PACKING}/history", query_string={"code": units[0].lower()}, headers=staff).get_json()
    assert (told["code_no"], told["parents"], told["children"], told["closed"]) == (made.units.lo, [], 0, False)
    assert [(event["kind"], event["parent"], event["reason"]) for event in told["events"]] == [
        ("removed", cases[0], "抽样")
    ]
    case = client.get(f"{PACKING}/history", query_string={"code": cases[0]}, headers=staff).get_json()
    assert case["children"] == 23
    with committed() as session:
        outside = texts_of(session, made.pallets)[0]
    assert (
        client.get(f"{PACKING}/history", query_string={"code": outside}, headers=staff).get_json()["events"] == []
    )
