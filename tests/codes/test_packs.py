"""An order of codes: asked for by one, agreed by another, minted once, whatever is killed or raced in between."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app import codes
from app.codes import errors
from app.codes.actions import cancel_pack, mint_pack, retire_spec, review_pack
from app.codes.models import BatchRow, PackRow, SpecRow
from app.codes.queries import batches_of_packs, canaries_of, goods_between, load_catalogue, pack_row
from app.codes.rules.specs import Level
from app.kit.outbox import JobRow
from app.kit.transaction import transaction
from tests.builders.codes import a_batch
from tests.builders.packs import (
    CAP,
    CASE,
    PALLET,
    REQUESTER,
    REVIEWER,
    a_pack,
    a_spec,
    an_approved_pack,
    minted_batches,
)


def test_an_approved_order_becomes_one_batch_a_level_packed_as_the_spec_says(session, at):
    caps, cases, pallets = minted_batches(session, CAP, CASE, PALLET, count=500)
    assert [batch.hi - batch.lo for batch in (caps, cases, pallets)] == [500, 21, 3]
    assert (caps.has_inner, caps.has_security_code, cases.has_inner) == (True, True, False)
    assert codes.ancestors(session, caps.lo) == (caps.lo, cases.lo, pallets.lo)
    assert codes.ancestors(session, caps.hi - 1) == (caps.hi - 1, cases.hi - 1, pallets.hi - 1)
    assert codes.check_invariants(session) == []


def test_levels_that_the_line_packs_are_left_to_the_line(session):
    caps, _ = minted_batches(session, CAP, Level("case", "箱", ratio=24))
    assert codes.ancestors(session, caps.lo) == (caps.lo,)


def test_whoever_asked_does_not_agree_and_the_table_says_so_too(committed, at):
    with committed() as session:
        pack = a_pack(session)
    with pytest.raises(errors.OwnRequest), committed() as session:
        review_pack(session, pack_id=pack.id, approve=True, words=None, by=REQUESTER, at=at)
    with pytest.raises(IntegrityError), committed() as session:
        session.execute(
            text("UPDATE codes_pack SET state = 'approved', reviewed_by = requested_by, reviewed_at = now()")
        )
    with pytest.raises(IntegrityError), committed() as session:
        session.execute(text("UPDATE codes_pack SET state = 'approved' WHERE id = :id"), {"id": pack.id})


def test_a_refusal_keeps_its_words_and_mints_nothing(committed, worker, at):
    with committed() as session:
        pack = a_pack(session)
        refused = review_pack(session, pack_id=pack.id, approve=False, words="数量不对", by=REVIEWER, at=at)
    assert (refused.state, refused.review_words, refused.reviewed_by) == ("refused", "数量不对", REVIEWER)
    worker()
    with committed() as session:
        assert mint_pack(session, pack_id=pack.id, at=at) == []
        assert session.scalar(select(func.count()).select_from(BatchRow)) == 0


def test_an_order_is_decided_once_by_whoever_comes_first(app, committed, at):
    with committed() as session:
        pack = a_pack(session)

    def review(number):
        with app.app_context(), committed() as session:
            try:
                review_pack(session, pack_id=pack.id, approve=number % 2 == 0, words=None, by=number, at=at)
            except errors.PackDecided:
                return None
            return number

    with ThreadPoolExecutor(8) as pool:
        winners = [number for number in pool.map(review, range(10, 34)) if number is not None]
    assert len(winners) == 1
    with committed() as session:
        assert pack_row(session, pack.id).reviewed_by == winners[0]


def test_an_order_is_minted_in_the_background_and_only_once(committed, worker, at):
    with committed() as session:
        pack = an_approved_pack(session, a_spec(session, CAP, CASE))
    worker()
    with committed() as session:
        assert pack_row(session, pack.id).state == "minted"
        assert mint_pack(session, pack_id=pack.id, at=at) == []
        assert len(batches_of_packs(session, [pack.id])) == 2


def test_minting_is_all_or_nothing(committed, worker, at):
    with committed() as session:
        pack = an_approved_pack(session, a_spec(session, CAP, CASE), number="A-1")
        a_batch(session, number="A-1-case")
    worker()
    with committed() as session:
        assert pack_row(session, pack.id).state == "approved"
        assert batches_of_packs(session, [pack.id]) == []
        [error] = session.scalars(select(JobRow.error).where(JobRow.kind == "codes.mint_pack"))
        assert "NumberTaken" in error


def test_a_cancelled_order_is_not_minted_even_when_it_was_agreed(committed, worker, at):
    with committed() as session:
        pack = an_approved_pack(session)
        cancel_pack(session, pack_id=pack.id, by=REQUESTER, at=at)
    worker()
    with committed() as session:
        assert pack_row(session, pack.id).state == "cancelled"
        assert batches_of_packs(session, [pack.id]) == []
        with pytest.raises(errors.PackDecided):
            cancel_pack(session, pack_id=pack.id, by=REQUESTER, at=at)


def test_a_minted_order_cannot_be_cancelled(session, at):
    [batch] = minted_batches(session)
    with pytest.raises(errors.PackDecided):
        cancel_pack(session, pack_id=batch.pack_id, by=REQUESTER, at=at)


@pytest.mark.parametrize("count", [0, 20_000_001])
def test_an_order_of_an_impossible_size_is_refused_while_somebody_reads_it(session, count):
    with pytest.raises(errors.BatchTooLarge):
        a_pack(session, count=count)


def test_a_number_is_ordered_once_and_never_over_a_batch_that_has_it(session):
    spec = a_spec(session, CAP, CASE)
    a_pack(session, spec, number="A-1")
    with pytest.raises(errors.NumberTaken):
        a_pack(session, spec, number="A-1")
    a_batch(session, number="B-1-case")
    with pytest.raises(errors.NumberTaken):
        a_pack(session, spec, number="B-1")


def test_a_retired_spec_takes_no_orders_and_frees_its_name(session, at):
    spec = a_spec(session, name="六瓶装")
    with pytest.raises(errors.SpecNameTaken):
        a_spec(session, name="六瓶装")
    retire_spec(session, spec_id=spec.id, by=REQUESTER, at=at)
    with pytest.raises(errors.SpecRetired):
        a_pack(session, spec)
    with pytest.raises(errors.SpecRetired):
        retire_spec(session, spec_id=spec.id, by=REQUESTER, at=at)
    assert a_spec(session, name="六瓶装").id != spec.id
    assert session.scalar(select(func.count()).select_from(SpecRow)) == 2


def test_a_spec_prints_only_hosts_of_its_brand(brand, other_brand, session):
    assert a_spec(session).host == brand.host
    assert a_spec(session, host=brand.host.upper()).host == brand.host
    for host in (other_brand.host, "nobody.test"):
        with pytest.raises(errors.ForeignHost):
            a_spec(session, host=host)


def test_levels_that_cannot_be_are_refused(session):
    with pytest.raises(errors.BrokenLevels):
        a_spec(session, CASE)


def test_canaries_are_read_as_canaries_and_lie_outside_of_every_range(session, brand):
    caps, cases = minted_batches(session, CAP, CASE, count=48, canaries=4)
    catalogue = load_catalogue(session, brand.id)
    assert cases.lo == caps.hi + 4
    codes.activate(session, batch_id=caps.id, by=1, at=caps.created_at)
    with pytest.raises(errors.RangeOutsideBatch):
        codes.activate(session, batch_id=caps.id, lo=caps.hi, hi=caps.hi + 1, by=1, at=caps.created_at)
    catalogue = load_catalogue(session, brand.id)
    today = caps.created_at.date()
    found = [catalogue.state_in(caps, canary.code_no, on=today) for canary in canaries_of(session, caps.id)]
    assert found == ["inactive"] * 4
    assert codes.batch_of(session, caps.hi) is None
    assert codes.check_invariants(session) == []


def test_lines_of_a_file_are_found_again_as_numbers(session):
    [batch] = minted_batches(session, count=100, canaries=5)
    canaries = canaries_of(session, batch.id)
    assert goods_between(session, batch.id, 1, 105) == (batch.lo, batch.hi)
    [*_, last] = canaries
    assert goods_between(session, batch.id, 1, last.seq)[1] == batch.lo + last.seq - 5
    with pytest.raises(errors.UnknownBatch):
        goods_between(session, batch.id, last.seq, last.seq)


def test_orders_of_one_brand_are_no_business_of_another(committed, other_brand, at):
    with committed() as session:
        pack = a_pack(session)
    with pytest.raises(errors.UnknownPack), transaction(other_brand.id) as session:
        review_pack(session, pack_id=pack.id, approve=True, words=None, by=REVIEWER, at=at)
    with committed() as session:
        assert session.scalar(select(PackRow.state)) == "requested"
