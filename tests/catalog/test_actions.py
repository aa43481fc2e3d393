"""Products and their sizes are registered once, by a valid GTIN."""

import pytest

from app import catalog
from app.kit.transaction import transaction
from tests.builders.catalog import a_gtin, a_product, a_sku


def test_a_sku_is_found_with_its_gtin_as_printed(session):
    made = a_sku(session, gtin="6901234567892", spec="500ml×24", suggested_fen=4800)
    assert catalog.sku(session, made.id) == made
    assert (made.gtin, made.spec, made.suggested_fen) == ("6901234567892", "500ml×24", 4800)


def test_a_product_lists_its_skus_in_order(session):
    product = a_product(session)
    made = tuple(a_sku(session, product=product, spec=spec) for spec in ("500ml", "1L"))
    assert catalog.product(session, product.id).skus == made


@pytest.mark.parametrize("gtin", ["6901234567893", "690", "abc", ""])
def test_a_wrong_gtin_is_refused(session, gtin):
    product = a_product(session)
    with pytest.raises(catalog.InvalidGtin):
        catalog.add_sku(session, product_id=product.id, gtin=gtin, name="水", spec="500ml")


def test_a_gtin_is_registered_once_however_it_is_padded(session):
    gtin = a_gtin()
    a_sku(session, gtin=gtin)
    with pytest.raises(catalog.GtinTaken):
        a_sku(session, gtin="0" + gtin)


def test_unknown_products_and_skus_are_refused(session, brand):
    with pytest.raises(catalog.UnknownProduct):
        catalog.add_sku(session, product_id=1, gtin=a_gtin(), name="水", spec="500ml")
    with pytest.raises(catalog.UnknownSku):
        catalog.sku(session, 1)
    with pytest.raises(catalog.UnknownProduct):
        catalog.product(session, 1)


def test_another_brand_neither_sees_a_sku_nor_is_kept_from_its_gtin(committed, other_brand):
    with committed() as session:
        mine = a_sku(session)
    with transaction(other_brand.id) as session:
        with pytest.raises(catalog.UnknownSku):
            catalog.sku(session, mine.id)
        assert a_sku(session, gtin=mine.gtin).gtin == mine.gtin


def test_facts_are_remembered_and_follow_a_change(committed, brand, other_brand):
    with committed() as session:
        first = a_sku(session, spec="500ml")
    assert catalog.product_facts(brand.id, first.id) == catalog.ProductFacts(first.name, "500ml", first.gtin)
    with committed() as session:
        second = a_sku(session, spec="1L")
    assert catalog.product_facts(brand.id, second.id).spec == "1L"
    with pytest.raises(catalog.UnknownSku):
        catalog.product_facts(other_brand.id, first.id)
