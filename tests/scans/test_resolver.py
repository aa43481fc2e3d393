"""What a GS1 resolver SHALL do, asked of the brand's own host."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from app import catalog
from app.kit import clock
from app.kit.database import database
from app.kit.transaction import transaction
from tests.builders.catalog import a_sku
from tests.builders.codes import an_active_batch, texts_of, void
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
VOC = "https://ref.gs1.org/voc/"
GARBAGE = "0123456789ABCDEF"


class Shelf:
    """One SKU with a recipe in two languages, and some of its codes."""

    def __init__(self, brand: TestBrand, session: Session) -> None:
        self.root = f"http://{brand.host}"
        sku = a_sku(session)
        self.gtin = sku.gtin.zfill(14)
        self.other_gtin = a_sku(session).gtin.zfill(14)
        self.batch = an_active_batch(session, sku=sku, count=4, number="L-01")
        self.codes = texts_of(session, self.batch)
        for language, title in (("zh", "食谱"), ("en", "Recipes")):
            link = catalog.Link(
                "gs1:recipeInfo", f"https://r.example/{language}?b=1", title, title, language, "text/html"
            )
            catalog.add_link(session, sku_id=sku.id, link=link, at=clock.now())

    def path(self, index: int = 0, between: str = "") -> str:
        return f"/01/{self.gtin}{between}/21/{self.codes[index]}"


@pytest.fixture
def shelf(brand: TestBrand, committed: Opener) -> Shelf:
    with committed() as session:
        return Shelf(brand, session)


def error_of(response) -> tuple[int, str]:
    return response.status_code, response.get_json()["error"]["code"]


@pytest.mark.parametrize("between", ["", "/10/L-01", "/22/2A", "/22/2A/10/L-01"])
def test_a_digital_link_shows_the_landing_page_of_its_code(
    client: FlaskClient, shelf: Shelf, between: str
) -> None:
    response = client.get(shelf.path(between=between))
    page, short = response.get_data(as_text=True), client.get(f"/S/{shelf.codes[0]}").get_data(as_text=True)
    assert response.status_code == 200
    assert "正品，首次查询" in page
    assert "正品，首次查询" in short
    assert f'"code": "{shelf.codes[0]}"' in page.replace('"code":"', '"code": "')


def test_a_serial_in_small_letters_under_a_path_with_a_date_is_the_same_code(
    client: FlaskClient, shelf: Shelf
) -> None:
    response = client.get(f"/01/{shelf.gtin}/21/{shelf.codes[0].lower()}?17=271231&utm=x")
    assert "正品，首次查询" in response.get_data(as_text=True)


def test_the_same_address_is_read_where_a_mini_program_sends_it(client: FlaskClient, shelf: Shelf) -> None:
    scanned = client.post("/api/consumer/scans", json={"code": shelf.root + shelf.path()})
    assert (scanned.get_json()["code"], scanned.get_json()["state"]) == (shelf.codes[0], "first")


def test_a_genuine_code_under_the_gtin_of_another_product_is_unknown(client: FlaskClient, shelf: Shelf) -> None:
    path = f"/01/{shelf.other_gtin}/21/{shelf.codes[0]}"
    response = client.get(path)
    assert response.status_code == 404
    assert "查无此码" in response.get_data(as_text=True)
    scanned = client.post("/api/consumer/scans", json={"code": shelf.root + path})
    assert scanned.get_json()["state"] == "unknown"


def test_get_and_head_and_options_are_served_to_pages_of_any_site(client: FlaskClient, shelf: Shelf) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        response = client.open(shelf.path(), method=method, headers={"Origin": "https://scanner.example"})
        assert response.status_code in {200, 204}, method
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "HEAD" in response.headers["Access-Control-Allow-Methods"]
    assert client.head(shelf.path()).data == b""
    assert client.post(shelf.path()).status_code == 405


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/01/06901234567893", "check_digit"),
        ("/01/6901234567892", "length"),
        ("/01/06901234567892/21/a%20b", "characters"),
        ("/01/06901234567892/21/A/10/L", "qualifier_order"),
        ("/01/06901234567892?21=A", "belongs_in_path"),
        ("/01/06901234567892/21/" + "x" * 21, "length"),
        ("/00/069012345000000012", "check_digit"),
        ("/414/6901234000001", "check_digit"),
    ],
)
def test_a_bad_syntax_is_a_400_with_its_reason(client: FlaskClient, path: str, reason: str) -> None:
    for method in ("GET", "HEAD"):
        response = client.open(path, method=method)
        assert response.status_code == 400
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    body = client.get(path).get_json()["error"]
    assert (body["code"], body["details"]["reason"]) == ("scans.bad_digital_link", reason)


@pytest.mark.parametrize("path", ["/01/06901234567892", "/00/069012345000000011", "/414/6901234000009"])
def test_a_correct_identifier_that_is_not_ours_is_a_404(client: FlaskClient, shelf: Shelf, path: str) -> None:
    assert error_of(client.get(path)) == (404, "scans.no_such_link")


def test_an_encoded_slash_in_a_lot_is_part_of_the_lot(client: FlaskClient, shelf: Shelf) -> None:
    assert client.get(shelf.path(between="/10/A%2FB")).status_code == 200


@pytest.mark.parametrize("tail", ["", "/10/L-01", "/22/2A"])
def test_a_link_is_found_above_the_level_that_was_asked_for(client: FlaskClient, shelf: Shelf, tail: str) -> None:
    response = client.get(f"/01/{shelf.gtin}{tail}")
    assert response.status_code == 200
    assert "清泉饮用天然水" in response.get_data(as_text=True)
    assert client.get(f"/p/{shelf.gtin}").status_code == 200
    assert client.get("/p/00000000000000").status_code == 404


@pytest.mark.parametrize("asked", ["gs1:traceability", VOC + "traceability", "https://gs1.org/voc/traceability"])
def test_a_link_type_leads_on_with_the_query_passed_through(client: FlaskClient, shelf: Shelf, asked: str) -> None:
    response = client.get(shelf.path(), query_string={"linkType": asked, "from": "shelf"})
    assert response.status_code == 307
    location = response.headers["Location"]
    assert location.startswith(f"{shelf.root}/t/{shelf.codes[0]}?")
    assert "from=shelf" in location


def test_the_language_chooses_among_links_of_a_type(client: FlaskClient, shelf: Shelf) -> None:
    for language in ("zh", "en"):
        response = client.get(
            f"/01/{shelf.gtin}?linkType=gs1:recipeInfo", headers={"Accept-Language": f"{language};q=1"}
        )
        assert response.headers["Location"] == f"https://r.example/{language}?b=1&linkType=gs1:recipeInfo"
        assert "Accept-Language" in response.headers["Vary"]


def test_a_link_type_that_is_absent_is_a_404_and_facts_are_found_at_both_levels(
    client: FlaskClient, shelf: Shelf
) -> None:
    assert error_of(client.get(shelf.path() + "?linkType=gs1:hasRetailers")) == (404, "scans.no_such_link")
    assert error_of(client.get(f"/01/{shelf.gtin}?linkType=gs1:traceability")) == (404, "scans.no_such_link")
    for path in (shelf.path(), f"/01/{shelf.gtin}"):
        assert client.get(path + "?linkType=gs1:pip").headers["Location"].startswith(f"{shelf.root}/p/")


@pytest.mark.parametrize("how", ["parameter", "header"])
def test_the_linkset_is_json_of_rfc_9264(client: FlaskClient, shelf: Shelf, how: str) -> None:
    headers = {"Accept": "application/linkset+json"} if how == "header" else {}
    response = client.get(shelf.path() + ("?linkType=linkset" if how == "parameter" else ""), headers=headers)
    assert response.mimetype == "application/linkset+json"
    assert "Accept" in response.headers["Vary"]
    [context] = json.loads(response.data)["linkset"]
    assert context["anchor"] == shelf.root + shelf.path()
    assert context[VOC + "defaultLink"][0]["href"] == f"{shelf.root}/S/{shelf.codes[0]}"
    assert context[VOC + "pip"][0]["href"] == f"{shelf.root}/p/{shelf.gtin}"
    assert context[VOC + "traceability"][0]["href"] == f"{shelf.root}/t/{shelf.codes[0]}"
    recipes = context[VOC + "recipeInfo"]
    assert [link["hreflang"] for link in recipes] == [["zh"], ["en"]]
    for relation, links in context.items():
        if relation.startswith(VOC):
            assert all({"href", "title", "type", "hreflang", "title*"} == set(link) for link in links)


def test_every_answer_names_its_links_in_a_header(client: FlaskClient, shelf: Shelf) -> None:
    for path in (shelf.path(), shelf.path() + "?linkType=gs1:pip", shelf.path() + "?linkType=linkset"):
        header = client.get(path).headers["Link"]
        assert f'<{shelf.root}{shelf.path()}?linkType=linkset>; rel="linkset"' in header
        assert f'rel="{VOC}defaultLink"' in header


def test_a_withdrawn_code_is_gone_and_an_unknown_one_was_never_there(
    client: FlaskClient, committed: Opener, shelf: Shelf
) -> None:
    with committed() as session:
        void(session, lo=shelf.batch.lo, hi=shelf.batch.lo + 1, reason="召回", by=1, at=clock.now())
    page = client.get(shelf.path(0))
    assert (page.status_code, "此码已作废" in page.get_data(as_text=True)) == (410, True)
    assert error_of(client.get(shelf.path(0) + "?linkType=linkset")) == (410, "codes.void")
    unknown = f"/01/{shelf.gtin}/21/{GARBAGE}"
    assert client.get(unknown).status_code == 404
    assert error_of(client.get(unknown + "?linkType=gs1:pip")) == (404, "scans.no_such_link")
    assert client.get(shelf.path(1)).status_code == 200


@pytest.mark.usefixtures("one_minute")
def test_no_guess_costs_a_statement_until_too_many_are_refused(client: FlaskClient, app, shelf: Shelf) -> None:
    client.get(f"/01/{shelf.gtin}/21/{GARBAGE}")
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        said.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    was = app.config["MALU_GUESSES_PER_MINUTE"]
    app.config["MALU_GUESSES_PER_MINUTE"] = 3
    address = {"REMOTE_ADDR": "203.0.113.77"}
    try:
        answers = [
            client.get(f"/01/{shelf.gtin}/21/{GARBAGE}{tail}", environ_base=address).status_code
            for tail in ("", "?linkType=linkset", "?linkType=gs1:pip", "", "?linkType=linkset")
        ]
    finally:
        app.config["MALU_GUESSES_PER_MINUTE"] = was
        event.remove(database.engine, "before_cursor_execute", note)
    assert answers == [404, 404, 404, 429, 429]
    assert said == []


def test_the_resolver_describes_itself(client: FlaskClient, brand: TestBrand) -> None:
    response = client.get("/.well-known/gs1resolver")
    said = response.get_json()
    assert said["resolverRoot"] == f"http://{brand.host}"
    assert said["supportedPrimaryKeys"] == ["01"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_link_of_another_brand_is_not_found_here(
    client: FlaskClient, brand: TestBrand, other_brand: TestBrand
) -> None:
    with transaction(other_brand.id) as session:
        foreign = Shelf(other_brand, session)
    assert error_of(client.get(foreign.path())) == (404, "scans.no_such_link")
