"""Brands, their hosts, their secrets and the keys of their codes."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import codes, tenancy
from app.kit.cache import bump
from app.kit.sealing import CannotOpen
from app.kit.transaction import global_transaction, transaction
from app.tenancy.models import Secret
from tests.builders.codes import a_batch, an_active_batch
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]


def test_a_brand_is_found_by_each_of_its_hosts(brand: TestBrand, other_brand: TestBrand) -> None:
    with global_transaction() as session:
        tenancy.add_host(session, brand_id=brand.id, host=f"second.{brand.host}:8001")
    for host in (brand.host, f"second.{brand.host}:8001"):
        assert tenancy.brand_for_host(host).id == brand.id
    assert tenancy.brand_for_host(other_brand.host).id == other_brand.id


def test_the_first_host_of_a_brand_is_the_one_its_codes_are_printed_with(brand: TestBrand) -> None:
    with global_transaction() as session:
        tenancy.add_host(session, brand_id=brand.id, host=f"a.{brand.host}")
    assert tenancy.brand(brand.id).host == brand.host


@pytest.mark.parametrize("host", ["nobody.test", "", "{}:81", "x{}", "{}."])
def test_a_host_without_a_brand_is_refused(brand: TestBrand, host: str) -> None:
    with pytest.raises(tenancy.UnknownBrand):
        tenancy.brand_for_host(host.format(brand.host))


def test_a_host_is_the_same_in_capitals_as_codes_are_printed(brand: TestBrand, client: FlaskClient) -> None:
    response = client.get("/api/consumer/codes/X", headers={"Host": brand.host.upper()})
    assert response.get_json()["state"] == "unknown"


def test_no_two_brands_answer_under_one_host(brand: TestBrand, other_brand: TestBrand) -> None:
    with pytest.raises(IntegrityError), global_transaction() as session:
        tenancy.add_host(session, brand_id=other_brand.id, host=brand.host)


def test_a_new_brand_is_known_at_its_commit(app: Flask, brand: TestBrand) -> None:
    host = f"new.{brand.host}"
    with pytest.raises(tenancy.UnknownBrand):
        tenancy.brand_for_host(host)
    with global_transaction() as session:
        made = tenancy.add_brand(session, slug=f"n{brand.id}", name="新", name_en="New", color="#000000")
        tenancy.add_host(session, brand_id=made, host=host)
    found = tenancy.brand_for_host(host)
    assert (found.id, found.name, found.name_en, found.color) == (made, "新", "New", "#000000")
    with global_transaction() as session:
        assert made in tenancy.all_brand_ids(session)


def test_a_secret_is_read_back_and_replaced(session: Session) -> None:
    tenancy.store_secret(session, name="wechatpay", value=b"one")
    assert tenancy.secret(session, "wechatpay") == b"one"
    tenancy.store_secret(session, name="wechatpay", value=b"two")
    assert tenancy.secret(session, "wechatpay") == b"two"


def test_a_secret_that_was_never_stored_is_missing(session: Session) -> None:
    with pytest.raises(LookupError):
        tenancy.secret(session, "wechatpay")


def test_the_database_holds_no_plain_secret(session: Session) -> None:
    tenancy.store_secret(session, name="wechatpay", value=b"top secret")
    (sealed,) = session.scalars(select(Secret.sealed)).all()
    assert b"top secret" not in bytes(sealed)


def test_a_secret_belongs_to_one_brand(committed: Opener, other_brand: TestBrand) -> None:
    with committed() as session:
        tenancy.store_secret(session, name="wechatpay", value=b"mine")
    with transaction(other_brand.id) as session, pytest.raises(LookupError):
        tenancy.secret(session, "wechatpay")


def test_a_secret_copied_to_another_brand_or_name_does_not_open(
    brand: TestBrand, other_brand: TestBrand, committed: Opener
) -> None:
    copy = text(
        "INSERT INTO tenancy_secret (brand_id, id, name, sealed)"
        " SELECT :to, id, :name, sealed FROM tenancy_secret WHERE brand_id = :b AND name = 'wechatpay'"
    )
    with committed() as session:
        tenancy.store_secret(session, name="wechatpay", value=b"mine")
        session.execute(copy, {"b": brand.id, "to": other_brand.id, "name": "wechatpay"})
    with transaction(other_brand.id) as session, pytest.raises(CannotOpen):
        tenancy.secret(session, "wechatpay")


def rotate(brand: TestBrand, outer="M", inner="T") -> None:
    with global_transaction() as session:
        tenancy.add_key_slots(session, brand_id=brand.id, outer=outer, inner=inner)


def test_after_a_rotation_old_prints_are_read_and_new_codes_use_the_new_keys(
    brand: TestBrand, committed: Opener, client: FlaskClient
) -> None:
    with committed() as session:
        old = an_active_batch(session, count=3)
        before = list(codes.printed(session, batch_id=old.id))
    rotate(brand)
    with committed() as session:
        new = an_active_batch(session, count=3)
        after = list(codes.printed(session, batch_id=new.id))
        assert list(codes.printed(session, batch_id=old.id)) == before
    for batch, printed in ((old, before), (new, after)):
        for number, code in enumerate(printed):
            for text_, face in ((code.outer, "outer"), (code.inner, "inner")):
                found = codes.read(brand.id, text_ or "")
                assert found is not None
                assert (found.code_no, found.face, found.state) == (batch.lo + number, face, "active")
    verdict = client.get(f"/api/consumer/codes/{before[0].inner}").get_json()
    assert verdict["state"] == "first"
    slots = {slot.slot: slot.state for slot in tenancy.key_slots(brand.id)}
    assert slots == {"K": "reading", "S": "reading", "M": "minting", "T": "minting"}


def test_a_slot_is_never_opened_twice(brand: TestBrand) -> None:
    with pytest.raises(IntegrityError):
        rotate(brand, outer="K", inner="T")
    assert {slot.slot for slot in tenancy.key_slots(brand.id)} == {"K", "S"}


def test_a_closed_slot_reads_nothing(brand: TestBrand, committed: Opener) -> None:
    with committed() as session:
        batch = an_active_batch(session, count=1)
        (printed,) = codes.printed(session, batch_id=batch.id)
    close = text("UPDATE tenancy_key_slot SET state = 'closed' WHERE brand_id = :b AND slot = 'S'")
    with global_transaction() as session:
        session.execute(close, {"b": brand.id})
        bump(session, brand.id)
    assert codes.read(brand.id, printed.inner or "") is None
    assert codes.read(brand.id, printed.outer) is not None


def test_keys_of_one_brand_read_no_code_of_another(
    brand: TestBrand, other_brand: TestBrand, committed: Opener
) -> None:
    with committed() as session:
        (mine,) = codes.printed(session, batch_id=a_batch(session, count=1).id)
    assert codes.read(other_brand.id, mine.outer) is None
    assert codes.read(brand.id, mine.outer) is not None


def test_an_app_is_known_to_its_brand_alone(brand: TestBrand, other_brand: TestBrand) -> None:
    app = tenancy.PlatformApp("wechat", f"wx{brand.id}", "mini", "open-1")
    with global_transaction() as session:
        tenancy.register_app(session, brand_id=brand.id, app=app)
    assert tenancy.apps(brand.id) == (app,)
    assert tenancy.apps(other_brand.id) == ()
    again = tenancy.PlatformApp("wechat", f"wx{brand.id}", "mini", "open-2")
    with global_transaction() as session:
        tenancy.register_app(session, brand_id=brand.id, app=again)
    assert tenancy.apps(brand.id) == (again,)
