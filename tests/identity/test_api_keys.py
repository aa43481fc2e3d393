"""Keys of other systems: shown once, bound to their brand and scopes, revoked at once."""

import pytest
from flask import Blueprint, g, request
from werkzeug.routing import Rule

from app import identity
from app.identity.rules import ApiKey, new_api_key, read_api_key
from app.kit import clock
from app.kit.http import blueprint
from app.kit.transaction import transaction
from tests.builders.console import staff_headers
from tests.conftest import client_of

KEYS = "/api/console/api-keys"


@pytest.fixture(scope="module")
def probe(app) -> Blueprint:
    """The guard of the open API, asked about two views as the factory would."""
    made = blueprint("probe", __name__, "open")

    @identity.for_scope("codes.read")
    def scoped() -> None: ...

    def unscoped() -> None: ...

    return {"probe.scoped": scoped, "probe.unscoped": unscoped, "blueprint": made}


def passes(app, brand, probe, text, endpoint="probe.scoped"):
    """The actor that the guard finds, or the refusal it raises."""
    headers = {"Authorization": f"Bearer {text}"} if text else {}
    with app.test_request_context("/", headers=headers, base_url=f"http://{brand.host}"):
        g.brand_id = brand.id
        request.url_rule = Rule("/", endpoint=endpoint)
        app.view_functions[endpoint] = probe[endpoint]
        try:
            identity.guard("open")()
            return identity.current_actor()
        finally:
            del app.view_functions[endpoint]


def make_key(client, brand, scopes=("codes.read",), role="brand_admin"):
    asked = {"name": "ERP", "scopes": list(scopes)}
    return client.post(KEYS, json=asked, headers=staff_headers(brand, role))


def test_a_key_opens_what_its_scope_says(app, client, brand, probe):
    key = make_key(client, brand).get_json()["key"]
    actor = passes(app, brand, probe, key)
    assert (actor.audience, actor.scopes) == ("open", ("codes.read",))
    with pytest.raises(identity.Forbidden):
        passes(app, brand, probe, key, "probe.unscoped")
    other = make_key(client, brand, scopes=["custody.write"]).get_json()["key"]
    with pytest.raises(identity.Forbidden):
        passes(app, brand, probe, other)


@pytest.mark.parametrize("text", ["", "malu", "malu_1_x", "malu_x_y", "Bearer", "malu_²_x", "malu_1" + "_" * 200])
def test_anything_else_is_a_stranger(app, brand, probe, text):
    with pytest.raises(identity.SignInRequired):
        passes(app, brand, probe, text)


def test_a_key_of_one_brand_says_nothing_to_another(app, client, brand, other_brand, probe):
    key = make_key(client, brand).get_json()["key"]
    with pytest.raises(identity.SignInRequired):
        passes(app, other_brand, probe, key)


def test_the_right_number_with_another_secret_is_a_stranger(app, client, brand, probe):
    number = int(make_key(client, brand).get_json()["id"])
    with pytest.raises(identity.SignInRequired):
        passes(app, brand, probe, new_api_key(number).text)


def test_a_revoked_key_opens_nothing(app, client, brand, probe):
    made = make_key(client, brand).get_json()
    address = f"{KEYS}/{made['id']}"
    headers = staff_headers(brand, "brand_admin")
    assert client.delete(address, headers=headers).status_code == 204
    with pytest.raises(identity.SignInRequired):
        passes(app, brand, probe, made["key"])
    assert client.delete(address, headers=headers).status_code == 404


def test_keys_are_listed_without_their_secret_and_with_their_last_use(app, client, brand, probe):
    made = make_key(client, brand).get_json()
    passes(app, brand, probe, made["key"])
    (listed,) = client.get(KEYS, headers=staff_headers(brand, "auditor")).get_json()["items"]
    assert listed["name"] == "ERP"
    assert listed["used_at"] is not None
    assert made["key"].rpartition("_")[2] not in str(listed)


def test_only_an_admin_makes_keys_and_only_for_known_scopes(client, brand, other_brand, app):
    assert make_key(client, brand, role="brand_operator").status_code == 403
    assert make_key(client, brand, scopes=["everything"]).status_code == 422
    assert make_key(client_of(app, other_brand), brand).status_code == 401


def test_what_a_key_does_is_signed_by_a_person_of_its_name(client, brand, app, probe):
    actor = passes(app, brand, probe, make_key(client, brand).get_json()["key"])
    with transaction(brand.id) as session:
        assert identity.person(session, actor.person_id).nickname == "ERP"
        identity.record(
            session, actor=actor, action="test", subject="test:1", before=None, after=None, at=clock.now()
        )


def test_a_key_reads_back_as_written():
    key = new_api_key(12)
    assert read_api_key(key.text) == key
    assert key.matches(key.hash)
    assert not ApiKey(12, "other").matches(key.hash)
