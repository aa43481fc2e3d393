"""Where else a SKU's Digital Link leads: kept at the console, one link for each type and language."""

import pytest
from sqlalchemy import text

from app import catalog
from app.kit.transaction import transaction
from tests.builders.catalog import a_sku
from tests.builders.console import staff_headers

LINK = {
    "link_type": "gs1:recipeInfo",
    "title": "食谱",
    "title_en": "Recipes",
    "href": "https://r.example/zh",
    "language": "zh",
}


@pytest.fixture
def sku(committed):
    with committed() as session:
        return a_sku(session)


@pytest.fixture
def path(sku):
    return f"/api/console/skus/{sku.id}/links"


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def test_a_link_is_added_listed_served_and_removed(client, brand, sku, path):
    staff = staff_headers(brand)
    made = client.post(path, json=LINK, headers=staff)
    assert made.status_code == 201
    assert client.get(path, headers=staff).get_json()["items"] == [made.get_json()]
    item = catalog.item_of_gtin(brand.id, sku.gtin.zfill(14))
    assert [(link.link_type, link.media_type) for link in item.links] == [("gs1:recipeInfo", "text/html")]
    assert client.delete(f"/api/console/links/{made.get_json()['id']}", headers=staff).status_code == 204
    assert catalog.item_of_gtin(brand.id, sku.gtin.zfill(14)).links == ()
    with transaction(brand.id) as session:
        said = session.execute(
            text("SELECT action FROM identity_audit WHERE brand_id = :b ORDER BY position"), {"b": brand.id}
        )
        assert said.scalars().all()[-2:] == ["catalog.add_link", "catalog.remove_link"]


def test_one_link_for_each_type_language_and_media_type(client, brand, path):
    staff = staff_headers(brand)
    assert client.post(path, json=LINK, headers=staff).status_code == 201
    again = client.post(path, json=LINK | {"href": "https://other.example"}, headers=staff)
    assert refusal(again) == (409, "catalog.link_taken")
    assert client.post(path, json=LINK | {"language": "en"}, headers=staff).status_code == 201
    assert client.post(path, json=LINK | {"media_type": "application/pdf"}, headers=staff).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"href": "http://r.example"},
        {"href": "javascript:alert(1)"},
        {"href": "/p/1"},
        {"href": "https://r.example/" + "x" * 500},
        {"link_type": "pip"},
        {"link_type": "gs1:<b>"},
        {"language": "fr"},
        {"title": ""},
        {"media_type": "text/html; charset=utf-8"},
    ],
)
def test_only_https_and_words_of_the_vocabulary_are_taken(client, brand, path, wrong):
    response = client.post(path, json=LINK | wrong, headers=staff_headers(brand))
    assert refusal(response) == (422, "kit.invalid_input")
    assert set(response.get_json()["error"]["details"]["fields"]) == set(wrong)


def test_unknown_skus_and_links_are_refused(client, brand):
    staff = staff_headers(brand)
    assert refusal(client.post("/api/console/skus/5/links", json=LINK, headers=staff)) == (
        404,
        "catalog.unknown_sku",
    )
    assert refusal(client.get("/api/console/skus/5/links", headers=staff)) == (404, "catalog.unknown_sku")
    assert refusal(client.delete("/api/console/links/5", headers=staff)) == (404, "catalog.unknown_link")


def test_only_the_brands_own_staff_comes_in_and_auditors_only_read(client, brand, other_brand, path):
    for headers in ({}, staff_headers(brand, None), staff_headers(other_brand)):
        assert client.get(path, headers=headers).status_code in {401, 403}
        assert client.post(path, json=LINK, headers=headers).status_code in {401, 403}
        assert client.delete("/api/console/links/5", headers=headers).status_code in {401, 403}
    auditor = staff_headers(brand, "auditor")
    assert client.get(path, headers=auditor).status_code == 200
    assert client.post(path, json=LINK, headers=auditor).status_code == 403
