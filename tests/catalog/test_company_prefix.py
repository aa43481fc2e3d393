"""The GS1 company prefix at the console."""

import pytest

from app import catalog
from tests.builders.console import staff_headers
from tests.conftest import client_of

PREFIX = "/api/console/company-prefix"


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def test_a_prefix_is_told_replaced_and_audited(client, brand):
    admin = staff_headers(brand, "brand_admin")
    assert client.get(PREFIX, headers=admin).get_json() == {"prefix": None}
    for prefix in ("0614141", "69012345"):
        assert client.post(PREFIX, json={"prefix": prefix}, headers=admin).status_code == 204
        assert client.get(PREFIX, headers=admin).get_json() == {"prefix": prefix}
        assert catalog.company_prefix(brand.id) == prefix
    latest = client.get("/api/console/audit", headers=admin).get_json()["items"][0]
    assert (latest["before"], latest["after"]) == ({"prefix": "0614141"}, {"prefix": "69012345"})


@pytest.mark.parametrize("prefix", ["12345", "69012x5", "٦٩٠١٢٣٤"])
def test_a_prefix_that_gs1_cannot_have_assigned_is_refused(client, brand, prefix):
    admin = staff_headers(brand, "brand_admin")
    answer = client.post(PREFIX, json={"prefix": prefix}, headers=admin)
    assert refusal(answer) == (422, "catalog.invalid_company_prefix")


@pytest.mark.parametrize(("role", "expected"), [("brand_operator", 403), ("auditor", 403), (None, 401)])
def test_only_an_admin_tells_it(client, brand, role, expected):
    assert (
        client.post(PREFIX, json={"prefix": "0614141"}, headers=staff_headers(brand, role)).status_code == expected
    )


def test_a_prefix_is_its_brands_alone(app, client, brand, other_brand):
    client.post(PREFIX, json={"prefix": "0614141"}, headers=staff_headers(brand, "brand_admin"))
    other = client_of(app, other_brand).get(PREFIX, headers=staff_headers(other_brand))
    assert other.get_json() == {"prefix": None}
