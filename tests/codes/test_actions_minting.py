"""Minting gives each batch its own numbers, and what is printed of it is read back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import text

from app import catalog, codes
from app.codes import errors
from app.codes.actions import prepare_print
from app.codes.queries import load_catalogue
from app.kit import cache
from app.kit.transaction import transaction
from tests.builders.catalog import a_sku
from tests.builders.codes import a_batch

TODAY = date(2026, 11, 2)


def test_batches_of_all_levels_share_one_counter_and_never_overlap(session):
    sizes = {"unit": 100, "case": 7, "pallet": 1, "layer-2": 3}
    batches = [a_batch(session, level=level, count=count) for level, count in sizes.items()]
    assert [batch.lo for batch in batches] == [1, 101, 108, 109]
    assert [batch.hi - batch.lo for batch in batches] == list(sizes.values())
    assert codes.check_invariants(session) == []


def test_minting_writes_no_row_per_code(session):
    a_batch(session, count=20_000_000)
    assert codes.totals(session) == {"minted": 20_000_000, "activated": 0}


def test_racing_mints_get_disjoint_ranges(app, committed):
    with committed() as session:
        sku = a_sku(session)

    def mint(_):
        with app.app_context(), committed() as session:
            batch = a_batch(session, sku=sku, count=10)
            return range(batch.lo, batch.hi)

    with ThreadPoolExecutor(8) as pool:
        minted = [number for numbers in pool.map(mint, range(24)) for number in numbers]
    assert sorted(minted) == list(range(1, 241))


@pytest.mark.parametrize("count", [0, -1, 20_000_001])
def test_a_batch_of_an_impossible_size_is_refused(session, count):
    with pytest.raises(errors.BatchTooLarge):
        a_batch(session, count=count)


def test_a_used_batch_number_is_refused_and_costs_no_numbers(committed):
    with committed() as session:
        sku = a_sku(session)
        a_batch(session, sku=sku, number="A-1", count=10)
    with pytest.raises(errors.NumberTaken), committed() as session:
        a_batch(session, sku=sku, number="A-1", count=10)
    with committed() as session:
        assert a_batch(session, sku=sku, number="A-2").lo == 11


def test_two_brands_count_and_number_for_themselves(committed, other_brand):
    with committed() as session:
        mine = a_batch(session, number="A-1")
    with transaction(other_brand.id) as session:
        theirs = a_batch(session, number="A-1")
    assert (mine.lo, theirs.lo) == (1, 1)
    assert mine.id != theirs.id


def test_an_expiry_before_the_production_is_refused(session):
    with pytest.raises(errors.DatesReversed):
        a_batch(session, made_on=date(2026, 10, 2), expires_on=date(2026, 10, 1))


def test_an_unknown_sku_is_refused(session):
    with pytest.raises(catalog.UnknownSku):
        codes.mint_batch(session, sku_id=1, number="A", level="unit", count=1, has_inner=True, at=None)


def test_the_last_numbers_are_refused_rather_than_reused(session, brand):
    a_batch(session, count=1)
    session.execute(
        text("UPDATE codes_counter SET next_code_no = 1099511627776 - 5 WHERE brand_id = :brand"),
        {"brand": brand.id},
    )
    with pytest.raises(errors.NumbersExhausted):
        a_batch(session, count=6)
    assert a_batch(session, count=5).hi == 1 << 40


def test_printed_codes_are_read_back_on_both_faces(session, brand):
    batch = a_batch(session, count=30)
    catalogue = load_catalogue(session, brand.id)
    for code in codes.printed(session, batch_id=batch.id):
        outer, inner = (catalogue.read(face, on=TODAY) for face in (code.outer, code.inner))
        assert outer.code_no == inner.code_no == code.code_no
        assert (outer.face, inner.face) == (codes.Face.OUTER, codes.Face.INNER)
        assert outer.batch == batch


def test_a_batch_without_inner_face_prints_one_code_a_number(session):
    batch = a_batch(session, level="case", count=3)
    printed = list(codes.printed(session, batch_id=batch.id))
    assert [code.code_no for code in printed] == [1, 2, 3]
    assert {code.inner for code in printed} == {None}


def test_printing_a_part_gives_that_part(session):
    batch = a_batch(session, count=30)
    whole = list(codes.printed(session, batch_id=batch.id))
    assert list(codes.printed(session, batch_id=batch.id, lo=11, hi=13)) == whole[10:12]
    with pytest.raises(errors.RangeOutsideBatch):
        codes.printed(session, batch_id=batch.id, lo=11, hi=32)


def test_an_unknown_batch_is_not_printed(session):
    with pytest.raises(errors.UnknownBatch):
        prepare_print(session, batch_id=5)


def test_a_closed_slot_prints_nothing_and_reads_nothing(committed, brand):
    with committed() as session:
        batch = a_batch(session)
        code = next(codes.printed(session, batch_id=batch.id))
    assert codes.read(brand.id, code.outer) is not None
    with committed() as session:
        session.execute(text("UPDATE tenancy_key_slot SET state = 'closed' WHERE brand_id = :b"), {"b": brand.id})
        cache.bump(session, brand.id)
    assert codes.read(brand.id, code.outer) is None
    with pytest.raises(errors.NoSlot), committed() as session:
        prepare_print(session, batch_id=batch.id)
    with pytest.raises(errors.NoSlot), committed() as session:
        a_batch(session)
