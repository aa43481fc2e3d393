"""Who may read and register products at the console."""

import pytest

from app.kit.transaction import transaction
from tests.builders.catalog import a_gtin, a_product, a_sku
from tests.builders.console import staff_headers

PRODUCTS = "/api/console/products"


def new_product(**changes):
    sku = {"gtin": a_gtin(), "name": "清泉水", "spec": "500ml×24", "suggested_fen": 4800, "shelf_life_days": 365}
    return {"name": "清泉水", "name_en": "Qingquan", "brand_line": "清泉", "skus": [sku]} | changes


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def test_nobody_gets_in_without_signing_in(client):
    assert refusal(client.get(PRODUCTS)) == (401, "identity.sign_in_required")
    assert refusal(client.post(PRODUCTS, json=new_product())) == (401, "identity.sign_in_required")


def test_an_auditor_reads_and_does_not_write(client, brand):
    auditor = staff_headers(brand, "auditor")
    assert client.get(PRODUCTS, headers=auditor).get_json() == {"items": [], "next_cursor": None}
    assert refusal(client.post(PRODUCTS, json=new_product(), headers=auditor))[0] == 403


def test_the_staff_of_another_brand_is_kept_out(client, other_brand):
    assert refusal(client.get(PRODUCTS, headers=staff_headers(other_brand)))[0] in {401, 403}


def test_a_product_is_registered_with_its_skus_and_listed(client, brand):
    staff = staff_headers(brand)
    asked = new_product()
    response = client.post(PRODUCTS, json=asked, headers=staff)
    made = response.get_json()
    assert response.status_code == 201
    assert isinstance(made.pop("id"), str)
    assert isinstance(made["skus"][0].pop("id"), str)
    assert made == asked
    [listed] = client.get(PRODUCTS, headers=staff).get_json()["items"]
    assert listed["skus"][0]["gtin"] == asked["skus"][0]["gtin"]


def test_registering_is_audited(client, brand):
    client.post(PRODUCTS, json=new_product(), headers=staff_headers(brand))
    with transaction(brand.id) as session:
        actions = session.connection().exec_driver_sql(
            "SELECT action FROM identity_audit WHERE brand_id = %s ORDER BY position DESC LIMIT 1", (brand.id,)
        )
        assert actions.scalar() == "catalog.create_product"


def test_a_wrong_or_used_gtin_registers_nothing(client, brand):
    staff = staff_headers(brand)
    good, used = new_product(), new_product()
    client.post(PRODUCTS, json=used, headers=staff)
    wrong = good["skus"][0] | {"gtin": "6901234567890"}
    for skus, expected in (
        ([good["skus"][0], wrong], (422, "catalog.invalid_gtin")),
        ([good["skus"][0], used["skus"][0]], (409, "catalog.gtin_taken")),
    ):
        assert refusal(client.post(PRODUCTS, json=good | {"skus": skus}, headers=staff)) == expected
    assert len(client.get(PRODUCTS, headers=staff).get_json()["items"]) == 1


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "名" * 81}, {"skus": []}, {"skus": [{"gtin": "1"}]}, {"colour": "red"}]
)
def test_bad_input_is_refused_and_the_field_named(client, brand, wrong):
    response = client.post(PRODUCTS, json=new_product(**wrong), headers=staff_headers(brand))
    assert refusal(response) == (422, "kit.invalid_input")
    assert set(response.get_json()["error"]["details"]["fields"]) == set(wrong)


def test_products_are_paged_newest_first_with_only_their_skus(client, brand, committed):
    with committed() as session:
        products = [a_product(session, name=f"水{number}") for number in range(3)]
        skus = [a_sku(session, product=product).id for product in products]
    staff = staff_headers(brand)
    first = client.get(f"{PRODUCTS}?limit=2", headers=staff).get_json()
    rest = client.get(f"{PRODUCTS}?limit=2&cursor={first['next_cursor']}", headers=staff).get_json()
    items = first["items"] + rest["items"]
    assert [item["name"] for item in items] == ["水2", "水1", "水0"]
    assert [[sku["id"] for sku in item["skus"]] for item in items] == [[str(sku)] for sku in reversed(skus)]
