"""Orders, deliveries and links over HTTP: from the wish for codes to the file in the factory's hands."""

import hashlib

import pyrage
import pytest
from sqlalchemy import text

from app import codes
from app.kit.transaction import transaction
from tests.builders.catalog import a_sku
from tests.builders.codes import a_batch
from tests.builders.console import staff_headers
from tests.builders.packs import minted_batches, opened
from tests.conftest import client_of

SPECS, PACKS, API = "/api/console/specs", "/api/console/packs", "/api/console"
KEY = pyrage.x25519.Identity.generate()
READS = [
    SPECS,
    f"{SPECS}/1",
    PACKS,
    f"{PACKS}/1",
    f"{API}/batches/1/canaries",
    f"{API}/batches/1/lines?first_seq=1&last_seq=2",
]
WRITES = [
    ("POST", SPECS),
    ("POST", f"{SPECS}/1/retirement"),
    ("POST", PACKS),
    ("POST", f"{PACKS}/1/review"),
    ("POST", f"{PACKS}/1/cancellation"),
    ("POST", f"{API}/batches/1/deliveries"),
    ("POST", f"{API}/deliveries/1/password"),
    ("DELETE", f"{API}/deliveries/1"),
]
EVERYTHING = [("GET", path) for path in READS] + WRITES
LEVELS = [
    {"name": "unit", "title": "单件", "pair": True, "security_code": True},
    {"name": "case", "title": "箱", "ratio": 24, "packed_before": True},
]


@pytest.fixture
def staff(brand):
    return staff_headers(brand, "brand_admin")


@pytest.fixture
def colleague(brand):
    return staff_headers(brand)


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def a_spec_of(client, staff, **changes):
    response = client.post(SPECS, json={"name": "六瓶装", "levels": LEVELS} | changes, headers=staff)
    assert response.status_code == 201, response.get_json()
    return response.get_json()


def an_order(client, committed, headers, spec, **changes):
    with committed() as session:
        sku = a_sku(session)
    order = {"spec_id": spec["id"], "sku_id": str(sku.id), "number": "A-1", "count": 240} | changes
    return client.post(PACKS, json=order, headers=headers)


def a_minted_pack(client, committed, worker, staff, colleague, **spec):
    made = an_order(client, committed, staff, a_spec_of(client, staff, **spec)).get_json()
    reviewed = client.post(f"{PACKS}/{made['id']}/review", json={"approve": True}, headers=colleague)
    assert reviewed.get_json()["state"] == "approved"
    worker()
    return client.get(f"{PACKS}/{made['id']}", headers=staff).get_json()


def delivered(client, worker, staff, batch, recipient):
    asked = {"recipient": recipient}
    response = client.post(f"{API}/batches/{batch['id']}/deliveries", json=asked, headers=staff)
    assert response.status_code == 201, response.get_json()
    worker()
    return response.get_json()


def path_of(link):
    return "/" + link.split("/", 3)[3]


def audited(brand):
    with transaction(brand.id) as session:
        statement = text("SELECT action FROM identity_audit WHERE brand_id = :brand ORDER BY position")
        actions = session.execute(statement, {"brand": brand.id}).scalars()
        return [action for action in actions if action.startswith("codes.")]


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_nobody_gets_in_without_signing_in(client, method, path):
    assert refusal(client.open(path, method=method, json={})) == (401, "identity.sign_in_required")


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_an_auditor_writes_nothing(client, brand, method, path):
    assert client.open(path, method=method, json={}, headers=staff_headers(brand, "auditor")).status_code == 403


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_a_consumer_and_the_staff_of_another_brand_are_kept_out(client, brand, other_brand, method, path):
    for headers in (staff_headers(brand, None), staff_headers(other_brand, "brand_admin")):
        assert client.open(path, method=method, json={}, headers=headers).status_code in {401, 403}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", f"{API}/batches/1/canaries"), ("POST", f"{API}/deliveries/1/password")]
)
def test_canaries_and_passwords_are_for_administrators(client, colleague, method, path):
    assert refusal(client.open(path, method=method, json={}, headers=colleague)) == (403, "identity.forbidden")


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", f"{SPECS}/7", "codes.unknown_spec"),
        ("POST", f"{SPECS}/7/retirement", "codes.unknown_spec"),
        ("GET", f"{PACKS}/7", "codes.unknown_pack"),
        ("POST", f"{PACKS}/7/cancellation", "codes.unknown_pack"),
        ("POST", f"{PACKS}/7/review", "codes.unknown_pack"),
        ("POST", f"{API}/batches/7/deliveries", "codes.unknown_batch"),
        ("POST", f"{API}/deliveries/7/password", "codes.unknown_delivery"),
        ("DELETE", f"{API}/deliveries/7", "codes.unknown_delivery"),
        ("GET", f"{API}/batches/7/canaries", "codes.unknown_batch"),
        ("GET", f"{API}/batches/7/lines?first_seq=1&last_seq=2", "codes.unknown_batch"),
    ],
)
def test_what_is_not_there_is_named(client, staff, method, path, code):
    body = {"approve": True} if path.endswith("review") else {}
    assert refusal(client.open(path, method=method, json=body, headers=staff)) == (404, code)


def test_a_spec_is_written_down_listed_and_retired(client, brand, staff):
    made = a_spec_of(client, staff)
    assert made["host"] == brand.host
    assert (made["encryption"], made["file_format"], made["canaries"], made["download_hours"]) == (
        "age",
        "csv",
        3,
        72,
    )
    assert [level["ratio"] for level in made["levels"]] == [1, 24]
    assert client.get(f"{SPECS}/{made['id']}", headers=staff).get_json() == made
    again = client.post(SPECS, json={"name": "六瓶装", "levels": LEVELS}, headers=staff)
    assert refusal(again) == (409, "codes.spec_name_taken")
    retired = client.post(f"{SPECS}/{made['id']}/retirement", headers=staff).get_json()
    assert retired["retired_at"] is not None
    assert client.get(f"{SPECS}?in_use=true", headers=staff).get_json()["items"] == []
    assert client.get(SPECS, headers=staff).get_json()["items"] == [retired]
    assert audited(brand) == ["codes.create_spec", "codes.retire_spec"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"levels": []},
        {"levels": [{"name": "UNIT", "title": "x"}]},
        {"levels": [{"name": "unit", "title": ""}]},
        {"levels": [{"name": "unit", "title": "x", "ratio": 0}]},
        {"text_form": "long"},
        {"letter_case": "mixed"},
        {"encryption": "none"},
        {"file_format": "pdf"},
        {"canaries": 101},
        {"download_hours": 0},
        {"name": ""},
    ],
)
def test_a_spec_refuses_bad_input_and_names_the_field(client, staff, wrong):
    response = client.post(SPECS, json={"name": "x", "levels": LEVELS} | wrong, headers=staff)
    assert refusal(response) == (422, "kit.invalid_input")
    assert set(response.get_json()["error"]["details"]["fields"]) == set(wrong)


def test_a_spec_refuses_levels_that_cannot_be_and_hosts_of_others(client, staff, other_brand):
    for wrong, code in (
        ({"levels": LEVELS + LEVELS[1:]}, "codes.broken_levels"),
        ({"host": other_brand.host}, "codes.foreign_host"),
    ):
        response = client.post(SPECS, json={"name": "x", "levels": LEVELS} | wrong, headers=staff)
        assert refusal(response) == (422, code)


def test_a_sample_shows_text_and_size_before_anything_is_saved(client, brand, staff):
    short = client.post(f"{SPECS}/sample", json={"host": "q.cn"}, headers=staff).get_json()
    assert short["text"].startswith("HTTP://Q.CN/S/")
    assert (short["version"], short["modules"]) == (2, 25)
    link = client.post(f"{SPECS}/sample", json={"text_form": "digital_link"}, headers=staff).get_json()
    assert f"http://{brand.host}/01/" in link["text"]
    assert refusal(client.post(f"{SPECS}/sample", json={"host": ""}, headers=staff))[0] == 422


def test_an_order_needs_a_second_person(client, brand, committed, worker, staff, colleague):
    spec = a_spec_of(client, staff)
    made = an_order(client, committed, staff, spec).get_json()
    assert (made["state"], made["spec_name"], made["requested_by_name"]) == ("requested", "六瓶装", "工作人员")
    review = f"{PACKS}/{made['id']}/review"
    own = client.post(review, json={"approve": True}, headers=staff)
    assert refusal(own) == (409, "codes.own_request")
    silent = client.post(review, json={"approve": False, "words": " "}, headers=colleague)
    assert refusal(silent) == (422, "kit.invalid_input")
    agreed = client.post(review, json={"approve": True}, headers=colleague).get_json()
    assert (agreed["state"], agreed["reviewed_by_name"]) == ("approved", "工作人员")
    late = client.post(review, json={"approve": False, "words": "不要了"}, headers=colleague)
    assert refusal(late) == (409, "codes.pack_decided")
    worker()
    whole = client.get(f"{PACKS}/{made['id']}", headers=staff).get_json()
    assert whole["state"] == "minted"
    assert [(one["level"], one["hi"] - one["lo"], one["number"]) for one in whole["batches"]] == [
        ("unit", 240, "A-1-unit"),
        ("case", 10, "A-1-case"),
    ]
    assert client.get(PACKS, headers=staff).get_json()["items"][0]["id"] == made["id"]
    assert audited(brand) == ["codes.create_spec", "codes.request_pack", "codes.review_pack"]


def test_an_order_refuses_used_numbers_unknown_specs_and_nonsense(client, committed, staff):
    spec = a_spec_of(client, staff)
    assert an_order(client, committed, staff, spec).status_code == 201
    assert refusal(an_order(client, committed, staff, spec)) == (409, "codes.number_taken")
    assert refusal(an_order(client, committed, staff, {"id": "5"})) == (404, "codes.unknown_spec")
    unknown = an_order(client, committed, staff, spec, number="A-2", sku_id="5")
    assert refusal(unknown) == (404, "catalog.unknown_sku")
    for wrong in ({"count": 0}, {"count": 20_000_001}, {"number": "A'; --"}, {"number": "x" * 20}):
        assert refusal(an_order(client, committed, staff, spec, **wrong)) == (422, "kit.invalid_input")


def test_an_order_is_cancelled_before_it_is_minted(client, committed, staff):
    made = an_order(client, committed, staff, a_spec_of(client, staff)).get_json()
    gone = client.post(f"{PACKS}/{made['id']}/cancellation", headers=staff).get_json()
    assert gone["state"] == "cancelled"
    again = client.post(f"{PACKS}/{made['id']}/cancellation", headers=staff)
    assert refusal(again) == (409, "codes.pack_decided")


def test_a_file_reaches_the_factory_by_a_link_that_is_told_once(
    client, brand, committed, worker, staff, colleague
):
    pack = a_minted_pack(client, committed, worker, staff, colleague)
    unit = pack["batches"][0]
    made = delivered(client, worker, staff, unit, str(KEY.to_public()))
    assert made["link"].startswith(f"http://{brand.host}/d/")
    page = client.get(path_of(made["link"]))
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "A-1-unit" in page.text
    with client.get(path_of(made["link"]) + "/file", headers={"User-Agent": "curl/8"}) as file:
        assert file.headers["Content-Disposition"].endswith("codes-A-1-unit.zip.age")
        assert int(file.headers["Content-Length"]) == len(file.data)
        manifest, lines = opened(file.data, KEY)
    assert manifest["sha256"] == hashlib.sha256(lines).hexdigest()
    inner = lines.splitlines()[1].split(b",")[2].decode()
    assert codes.read(brand.id, inner.rsplit("/", 1)[1]).batch.number == "A-1-unit"
    [shown] = client.get(f"{PACKS}/{pack['id']}", headers=staff).get_json()["batches"][0]["deliveries"]
    assert (shown["state"], shown["downloads"], "link" in shown) == ("ready", 1, False)
    assert [(one["address"], one["user_agent"]) for one in shown["downloaded"]] == [("127.0.0.1", "curl/8")]
    assert client.get(f"{API}/batches/{unit['id']}", headers=staff).get_json()["state"] == "exported"
    assert audited(brand)[-1] == "codes.deliver"


def test_a_glance_at_a_link_counts_nothing_and_three_downloads_use_it_up(
    client, committed, worker, staff, colleague
):
    unit, _ = a_minted_pack(client, committed, worker, staff, colleague)["batches"]
    path = path_of(delivered(client, worker, staff, unit, str(KEY.to_public()))["link"])
    for _ in range(5):
        with client.head(f"{path}/file") as glance:
            assert (glance.status_code, glance.data) == (200, b"")
            assert int(glance.headers["Content-Length"]) > 1000
        assert client.get(path).status_code == 200
    for _ in range(3):
        with client.get(f"{path}/file") as file:
            assert file.status_code == 200
    for over in (client.get(f"{path}/file"), client.head(f"{path}/file"), client.get(path)):
        assert over.status_code == 410
    assert "已用完次数" in client.get(path).text
    assert "used up" in client.get(path, headers={"Accept-Language": "en"}).text


def test_a_revoked_link_and_one_that_never_was_say_so(
    client, app, committed, worker, staff, colleague, other_brand
):
    unit, _ = a_minted_pack(client, committed, worker, staff, colleague)["batches"]
    made = delivered(client, worker, staff, unit, str(KEY.to_public()))
    elsewhere = client_of(app, other_brand).get(path_of(made["link"]))
    assert elsewhere.status_code == 404
    revoked = client.delete(f"{API}/deliveries/{made['id']}", headers=staff)
    assert revoked.get_json()["state"] == "revoked"
    assert client.get(path_of(made["link"]) + "/file").status_code == 410
    again = client.delete(f"{API}/deliveries/{made['id']}", headers=staff)
    assert refusal(again) == (410, "codes.link_over")
    assert client.get("/d/nonsense").status_code == client.get("/d/nonsense/file").status_code == 404


def test_a_link_to_an_unfinished_file_asks_for_patience(client, committed, worker, staff, colleague):
    unit, _ = a_minted_pack(client, committed, worker, staff, colleague)["batches"]
    asked = {"recipient": str(KEY.to_public())}
    made = client.post(f"{API}/batches/{unit['id']}/deliveries", json=asked, headers=staff).get_json()
    assert made["state"] == "making"
    assert client.get(path_of(made["link"]) + "/file").status_code == 409
    assert "正在生成" in client.get(path_of(made["link"])).text


@pytest.mark.usefixtures("one_minute")
def test_guesses_of_links_run_out(client, app, monkeypatch):
    monkeypatch.setitem(app.config, "MALU_GUESSES_PER_MINUTE", 7)
    answers = [client.get(f"/d/guess{number}/file").status_code for number in range(20)]
    assert answers == [404] * 7 + [429] * 13


def test_a_password_is_told_once_and_on_record(client, brand, committed, worker, staff, colleague):
    unit, _ = a_minted_pack(client, committed, worker, staff, colleague, encryption="zip")["batches"]
    made = delivered(client, worker, staff, unit, None)
    told = client.post(f"{API}/deliveries/{made['id']}/password", headers=staff).get_json()["password"]
    again = client.post(f"{API}/deliveries/{made['id']}/password", headers=staff)
    assert refusal(again) == (409, "codes.password_gone")
    with client.get(path_of(made["link"]) + "/file") as file:
        manifest, _ = opened(file.data, told)
    assert manifest["count"] == 243
    assert audited(brand)[-1] == "codes.reveal_password"
    assert told not in str(client.get("/api/console/audit", headers=staff).get_json())


def test_a_delivery_refuses_a_bad_key_and_a_batch_nobody_agreed_to(client, committed, worker, staff, colleague):
    unit, _ = a_minted_pack(client, committed, worker, staff, colleague)["batches"]
    path = f"{API}/batches/{unit['id']}/deliveries"
    assert refusal(client.post(path, json={"recipient": "age1x"}, headers=staff)) == (
        422,
        "codes.invalid_recipient",
    )
    with committed() as session:
        stray = a_batch(session)
    stray_path = f"{API}/batches/{stray.id}/deliveries"
    assert refusal(client.post(stray_path, json={}, headers=staff)) == (409, "codes.not_ordered")


def test_an_administrator_sees_canaries_on_record_and_lines_become_numbers(client, brand, committed, staff):
    with committed() as session:
        [batch] = minted_batches(session, count=100, canaries=4)
    items = client.get(f"{API}/batches/{batch.id}/canaries", headers=staff).get_json()["items"]
    assert [one["code_no"] for one in items] == list(range(batch.hi, batch.hi + 4))
    assert audited(brand) == ["codes.see_canaries"]
    found = client.get(f"{API}/batches/{batch.id}/lines?first_seq=1&last_seq=104", headers=staff).get_json()
    assert found == {"lo": batch.lo, "hi": batch.hi}


def test_the_digits_under_the_film_are_checked_with_the_whole_code(client, brand, committed):
    with committed() as session:
        [batch] = minted_batches(session)
        code = next(codes.printed(session, batch_id=batch.id)).inner
        plain = next(codes.printed(session, batch_id=a_batch(session).id)).outer
    path = f"/api/consumer/codes/{code}/security"
    answers = [client.post(path, json={"digits": "000000"}).get_json() for _ in range(6)]
    assert [one["outcome"] for one in answers] == ["wrong"] * 4 + ["locked"] * 2
    assert answers[0]["tries_left"] == 4
    for digits in ("12345", "1234567", "12345a", "１２３４５６"):
        assert refusal(client.post(path, json={"digits": digits})) == (422, "kit.invalid_input")
    unknown = client.post("/api/consumer/codes/0123456789ABCDEF/security", json={"digits": "000000"})
    assert refusal(unknown) == (404, "codes.unknown")
    without = client.post(f"/api/consumer/codes/{plain}/security", json={"digits": "000000"})
    assert refusal(without) == (404, "codes.no_security_code")


@pytest.mark.usefixtures("one_minute")
def test_guesses_of_digits_run_out(client, app, monkeypatch):
    monkeypatch.setitem(app.config, "MALU_GUESSES_PER_MINUTE", 6)
    path = "/api/consumer/codes/0123456789ABCDEF/security"
    answers = [client.post(path, json={"digits": "000000"}).status_code for _ in range(20)]
    assert answers == [404] * 6 + [429] * 14
