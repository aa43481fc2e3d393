"""Codes are read from memory: genuine ones with their state, everything else as None, without SQL."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import event, text

from app import codes
from app.codes.queries import load_catalogue
from app.codes.rules.text import ALPHABET
from app.kit.database import database
from app.kit.transaction import transaction
from tests.builders.catalog import a_sku
from tests.builders.codes import STAFF, a_batch, an_active_batch, packed_batches, texts_of, void


@pytest.fixture
def statements(app):
    """The SQL that was sent since the test asked for this list."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_committed_change_is_read_at_once_by_the_process_that_made_it(committed, brand, at):
    with committed() as session:
        batch = a_batch(session)
        [code] = texts_of(session, batch, count=1)
    assert codes.read(brand.id, code).state == codes.CodeState.INACTIVE
    with committed() as session:
        codes.activate(session, batch_id=batch.id, by=STAFF, at=at)
    assert codes.read(brand.id, code).state == codes.CodeState.ACTIVE
    with committed() as session:
        void(session, lo=batch.lo, hi=batch.hi, reason="报废", by=STAFF, at=at)
    assert codes.read(brand.id, code).state == codes.CodeState.VOID


def test_a_read_names_batch_face_and_the_version_it_was_read_under(committed, brand):
    with committed() as session:
        batch = an_active_batch(session)
        [code] = texts_of(session, batch, count=1)
        version = session.execute(
            text("SELECT version FROM kit_version WHERE brand_id = :brand"), {"brand": brand.id}
        ).scalar()
    read = codes.read(brand.id, code)
    assert (read.text, read.code_no, read.face, read.version) == (code, batch.lo, codes.Face.INNER, version)
    assert read.batch == batch


def test_garbage_and_genuine_codes_cost_no_statement_once_warm(committed, brand, statements):
    with committed() as session:
        [code] = texts_of(session, an_active_batch(session), count=1)
    codes.read(brand.id, code)
    statements.clear()
    dice = random.Random(4)
    for slot in "KSZ":
        for _ in range(300):
            assert codes.read(brand.id, slot + "".join(dice.choices(ALPHABET, k=15))) is None
    for broken in ("", "你好", "K" * 15, "K" * 17, "'; DROP TABLE codes_batch; --"):
        assert codes.read(brand.id, broken) is None
    assert codes.read(brand.id, code.lower()).code_no == 1
    assert statements == []


def test_a_code_of_one_brand_is_nothing_to_another(committed, brand, other_brand):
    with committed() as session:
        [code] = texts_of(session, an_active_batch(session), count=1)
    with transaction(other_brand.id) as session:
        an_active_batch(session)
    assert codes.read(brand.id, code) is not None
    assert codes.read(other_brand.id, code) is None


def test_a_number_leads_back_to_the_text_that_is_scanned_for_it(committed, brand):
    with committed() as session:
        units, cases = a_batch(session), a_batch(session, level="case", count=2)
        printed = texts_of(session, units) + texts_of(session, cases)
    assert [codes.text_of(brand.id, number) for number in range(units.lo, cases.hi)] == printed
    assert codes.text_of(brand.id, cases.hi) is None


@pytest.mark.parametrize(
    ("days", "state"), [(0, "active"), (1, "active"), (180, "active"), (181, "expired"), (9999, "expired")]
)
def test_a_code_expires_the_day_after_its_best_before_date_and_the_days_to_claim(session, brand, days, state):
    best_before = date(2020, 1, 2)
    batch = an_active_batch(session, made_on=date(2020, 1, 1), expires_on=best_before)
    catalogue = load_catalogue(session, brand.id)
    assert catalogue.state_in(batch, batch.lo, on=best_before + timedelta(days=days)) == state


def test_expiry_outranks_nothing_but_active(session, brand, at):
    old = {"made_on": date(2020, 1, 1), "expires_on": date(2020, 1, 2), "count": 3}
    batch = an_active_batch(session, **old)
    inactive = a_batch(session, **old)
    codes.states.freeze(session, lo=batch.lo, hi=batch.lo + 1, reason="质量检查", by=STAFF, at=at)
    void(session, lo=batch.lo + 1, hi=batch.lo + 2, reason="报废", by=STAFF, at=at)
    catalogue = load_catalogue(session, brand.id)
    told = [catalogue.state_in(batch, batch.lo + place, on=at.date()).value for place in range(3)]
    assert told == ["frozen", "void", "expired"]
    assert catalogue.state_in(inactive, inactive.lo, on=at.date()) == codes.CodeState.INACTIVE


def test_the_history_of_a_code_tells_minting_activation_and_blocks(session, at):
    batch = an_active_batch(session, at=at)
    codes.states.freeze(session, lo=batch.lo, hi=batch.lo + 2, reason="质量检查", by=STAFF, at=at)
    history = codes.history(session, batch.lo)
    assert (history.batch, history.minted_at, history.activated_at) == (batch, at, at)
    assert [(block.kind, block.reason) for block in history.blocks] == [("frozen", "质量检查")]
    assert codes.history(session, batch.lo + 2).blocks == ()
    assert codes.history(session, batch.hi) is None


def test_a_number_leads_to_its_batch_and_no_further(session):
    first, second = a_batch(session, count=5), a_batch(session, count=5)
    assert codes.batch_of(session, 5) == first
    assert codes.batch_of(session, 6) == second
    assert codes.batch_of(session, 11) is None
    assert codes.batch_of(session, 0) is None


BREAKS = {
    "batches overlap": "UPDATE codes_batch SET hi = hi + 1 WHERE brand_id = :brand AND level = 'unit'",
    "batch beyond the counter": "UPDATE codes_counter SET next_code_no = 2 WHERE brand_id = :brand",
    "span outside its batch": "UPDATE codes_span SET hi = hi + 1 WHERE brand_id = :brand",
    "spans overlap": "UPDATE codes_span SET hi = hi + 1 WHERE brand_id = :brand",
    "block outside its batch": "UPDATE codes_block SET hi = hi + 100 WHERE brand_id = :brand",
    "children packed twice": "UPDATE codes_packing SET hi = hi + 1 WHERE brand_id = :brand",
    "children outside their batch": "UPDATE codes_packing SET hi = hi + 1 WHERE brand_id = :brand",
    "parents outside their batch": "UPDATE codes_packing SET parent_hi = parent_hi + 9999 WHERE brand_id = :brand",
    "parents beyond what a row says": "UPDATE codes_packing SET per_parent = 1 WHERE brand_id = :brand",
}


@pytest.mark.parametrize("name", BREAKS)
def test_each_broken_invariant_is_named(session, brand, at, name):
    packed = packed_batches(session)
    codes.states.freeze(session, lo=packed.cases.lo, hi=packed.cases.hi, reason="质量检查", by=STAFF, at=at)
    assert codes.check_invariants(session) == []
    session.execute(text(BREAKS[name]), {"brand": brand.id})
    assert name in {wrong.split(":")[0] for wrong in codes.check_invariants(session)}


def test_another_brands_rows_are_out_of_reach(committed, other_brand, at):
    with committed() as session:
        batch = a_batch(session)
    with transaction(other_brand.id) as session:
        a_sku(session)
        with pytest.raises(codes.UnknownBatch):
            codes.activate(session, batch_id=batch.id, by=STAFF, at=at)
        with pytest.raises(codes.RangeOutsideBatch):
            codes.states.freeze(session, lo=batch.lo, hi=batch.hi, reason="质量检查", by=STAFF, at=at)
        assert codes.history(session, batch.lo) is None
