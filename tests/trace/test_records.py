"""Records are read along indexes in two orders, each row once, whatever the size of a page."""

import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app import codes, custody
from app.trace.queries import FROM_THE_START, Leg, about, leg_of_contents, legs_of_range, recorded
from tests.builders.codes import a_batch, an_active_batch, packed_batches, void
from tests.builders.console import staff_headers
from tests.builders.custody import a_shipment, an_opened_case

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def everything(session, leg: Leg, limit=1):
    """All rows of a leg, read in pages of a size."""
    found, after = [], FROM_THE_START
    while rows := leg.read(session, after=after, limit=limit):
        found += rows
        after = leg.place(rows[-1])
    return found


def test_records_of_all_kinds_come_in_the_order_of_recording(session):
    packed = packed_batches(session, at=AT)
    a_shipment(session, range(packed.pallets.lo, packed.pallets.hi), at=AT - timedelta(days=9))
    an_opened_case(session, packed.cases.lo, at=AT)
    void(session, lo=packed.units.lo, hi=packed.units.lo + 1, reason="x", by=1, at=AT)
    whole = recorded(session, after=0)
    kinds = [record.kind for record in whole if record.kind != "minted"]
    assert sorted(kinds[:5]) == ["activated"] * 3 + ["packed"] * 2
    assert kinds[5:] == ["shipped", "opened", "void"]
    pages, after = [], 0
    while page := recorded(session, after=after, limit=2):
        pages, after = pages + page, page[-1].id
    assert pages == whole


@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_what_is_about_a_range_is_found_once_and_nothing_else(session, limit):
    mine, other = packed_batches(session, at=AT), packed_batches(session, at=AT)
    for made in (mine, other):
        a_shipment(session, range(made.cases.lo, made.cases.hi), at=AT)
        an_opened_case(session, made.cases.lo + 1, at=AT)
        void(session, lo=made.cases.lo, hi=made.cases.lo + 1, reason="x", by=1, at=AT)
        void(session, lo=made.cases.lo, hi=made.cases.hi, reason="all", by=1, at=AT)
    found = [row for leg in legs_of_range(mine.cases.lo, mine.cases.hi) for row in everything(session, leg, limit)]
    assert len({(row.kind, row.id) for row in found}) == len(found)
    kinds = sorted(row.kind for row in found)
    assert kinds == ["activated", "minted", "opened", "packed", "packed", "shipped", "void", "void"]
    assert all(mine.units.lo <= row.lo < mine.pallets.hi for row in found)


def test_a_shipment_that_starts_in_one_batch_is_found_in_the_next(session):
    first, second = a_batch(session, count=5), a_batch(session, count=5)
    a_shipment(session, range(first.lo + 3, second.lo + 2), at=AT)
    moved = custody.records.within(session, "moved", lo=second.lo, hi=second.hi, limit=10)
    assert [(row.lo, row.hi) for row in moved] == [(first.lo + 3, second.lo + 2)]


def test_the_contents_of_a_pack_are_told_by_parent(session):
    units, cases = an_active_batch(session, count=30), an_active_batch(session, level="case", count=3)
    gaps = [(units.lo, units.lo + 5, cases.lo), (units.lo + 6, units.lo + 12, cases.lo)]
    codes.pack_ranges(session, ranges=[*gaps, (units.lo + 12, units.lo + 24, cases.lo + 2)], at=AT)
    first = everything(session, leg_of_contents(cases.lo, cases.lo + 1))
    assert sorted((row.lo, row.hi) for row in first) == [(lo, hi) for lo, hi, _ in gaps]
    assert everything(session, leg_of_contents(cases.lo + 1, cases.lo + 2)) == []
    pieces = about(session, cases.lo)
    assert sorted((piece.lo, piece.hi) for piece in pieces if piece.parent_no == cases.lo) == [
        (lo, hi) for lo, hi, _ in gaps
    ]


def test_a_code_that_nobody_packed_or_moved_has_its_own_records_only(session):
    batch = an_active_batch(session, count=3)
    assert sorted(piece.record.kind for piece in about(session, batch.lo)) == ["activated", "minted"]
    assert about(session, batch.hi + 1000) == []


def test_outer_texts_are_those_of_the_print_file_across_batches(brand, committed):
    with committed() as session:
        first, second = a_batch(session, count=3), a_batch(session, count=2, level="case")
        expected = [code.outer for batch in (first, second) for code in codes.printed(session, batch_id=batch.id)]
    parts = list(codes.records.outer_texts(brand.id, first.lo - 5, second.hi + 5))
    assert [text for _, _, texts in parts for text in texts] == expected
    assert [(batch.id, count) for batch, count, _ in parts] == [(first.id, 3), (second.id, 2)]


def test_a_closed_slot_names_nothing(brand, committed):
    with committed() as session:
        batch = a_batch(session, count=3)
        slots = "UPDATE tenancy_key_slot SET state = 'closed' WHERE brand_id = :b AND face = 'outer'"
        session.execute(text(slots), {"b": brand.id})
    [(_, count, texts)] = codes.records.outer_texts(brand.id, batch.lo, batch.hi)
    assert (count, texts) == (3, None)


def test_an_export_keeps_memory_flat_whatever_its_size(client, brand, committed):
    """Eight times the codes take no more memory: events are made while they are sent."""
    headers, peaks, sizes = staff_headers(brand), [], []
    for cases in (100, 800):
        with committed() as session:
            units = packed_batches(session, cases_per_pallet=cases, units_per_case=24, at=AT).units
        with client.get(f"/api/console/epcis?batch_id={units.id}", headers=headers, buffered=False) as response:
            chunks = response.iter_encoded()
            next(chunks)
            tracemalloc.start()
            sizes.append(sum(len(chunk) for chunk in chunks))
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert sizes[1] > 7 * sizes[0] > 2_000_000
    assert peaks[1] < 1.5 * peaks[0]
