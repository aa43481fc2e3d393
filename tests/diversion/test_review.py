"""From scans to signals and case files, through the database and the job."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app import channel, codes
from app.diversion import decide
from app.diversion.models import EvidenceRow, FileRow, SignalRow, StepRow, VoteRow
from app.diversion.queries import check_invariants
from app.kit.transaction import transaction
from tests.builders.channel import a_terminal, someone_with
from tests.builders.codes import Packed, packed_batches
from tests.builders.custody import a_shipment, an_opened_case
from tests.builders.diversion import AT, FAR, NEAR, OWN, a_sighting, judge, scans, two_dealers


@dataclass(frozen=True, slots=True)
class Scene:
    """Two pallets of two cases of twelve units, shipped to the dealer of Huangpu."""

    brand_id: int
    goods: Packed
    east: channel.Dealer
    west: channel.Dealer
    shipment_id: int

    def units(self, pallet: int) -> range:
        first = self.goods.units.lo + 24 * pallet
        return range(first, first + 24)


@pytest.fixture
def scene(brand, committed) -> Scene:
    with committed() as session:
        goods = packed_batches(session, pallets=2, cases_per_pallet=2, units_per_case=12)
        east, west = two_dealers(session)
        pallets = range(goods.pallets.lo, goods.pallets.hi)
        shipped = a_shipment(session, pallets, dealer=east, at=AT - timedelta(days=3))
    return Scene(brand.id, goods, east, west, shipped.id)


def rows(brand_id: int, model) -> list:
    with transaction(brand_id) as session:
        return list(session.scalars(select(model).order_by(model.id)))


def test_a_diverted_pallet_gets_one_file_with_its_evidence_and_the_honest_one_none(scene, committed):
    with committed() as session:
        scans(session, scene.units(0)[:14], FAR)
        scans(session, scene.units(0)[14:18], OWN)
        scans(session, scene.units(1)[:18], OWN)
        scans(session, scene.units(1)[18:20], FAR)
    judge(scene.brand_id)

    (file,) = rows(scene.brand_id, FileRow)
    assert (file.dealer_id, file.scope, file.scope_no) == (scene.east.id, "pallet", scene.goods.pallets.lo)
    assert (file.state, file.shipment_id, file.rule_version) == ("suspected", scene.shipment_id, "diversion-1")
    assert file.score >= 50
    assert {reason["code"] for reason in file.reasons} >= {"pallet", "concentrated"}
    pallet = next(row for row in rows(scene.brand_id, SignalRow) if row.kind == "pallet")
    assert (pallet.seen, pallet.far, pallet.facts["own"]) == (18, 14, [OWN])
    assert pallet.facts["counts"][0] == {"county": FAR, "on": "2026-11-02", "far": True, "consumers": 2}
    assert pallet.id in {row.signal_id for row in rows(scene.brand_id, EvidenceRow)}
    assert [step.action for step in rows(scene.brand_id, StepRow)] == ["open"]
    with committed() as session:
        assert check_invariants(session) == []


def test_the_goods_of_a_pallet_on_file_do_not_accuse_their_dealer_again_by_the_week(scene, committed):
    with committed() as session:
        scans(session, scene.units(0), FAR)
    judge(scene.brand_id)
    assert {file.scope for file in rows(scene.brand_id, FileRow)} == {"pallet"}


def test_running_the_job_again_changes_nothing(scene, committed):
    with committed() as session:
        scans(session, scene.units(0), FAR)
    judge(scene.brand_id)
    before = [
        (model, [row.id for row in rows(scene.brand_id, model)])
        for model in (VoteRow, SignalRow, FileRow, EvidenceRow)
    ]
    judge(scene.brand_id)
    with committed() as session:
        session.execute(text("UPDATE diversion_mark SET read_to = 0 WHERE brand_id = :b"), {"b": scene.brand_id})
    judge(scene.brand_id)
    assert before == [(model, [row.id for row in rows(scene.brand_id, model)]) for model, _ in before]


def test_scans_in_neighbour_counties_are_no_evidence(scene, committed):
    with committed() as session:
        scans(session, scene.units(0), NEAR)
    judge(scene.brand_id)
    assert rows(scene.brand_id, SignalRow) == []
    assert not any(vote.far for vote in rows(scene.brand_id, VoteRow))


def test_one_person_with_a_crate_far_away_is_one_consumer(scene, committed):
    with committed() as session:
        person_id = someone_with(session)
        for code_no in scene.units(0):
            a_sighting(session, code_no, FAR, person_id=person_id)
    judge(scene.brand_id)
    assert len(rows(scene.brand_id, VoteRow)) == 24
    assert rows(scene.brand_id, SignalRow) == []


def test_a_banquet_that_took_its_cases_along_is_no_diversion(scene, committed):
    with committed() as session:
        for code_no in scene.units(0):
            a_sighting(session, code_no, FAR)
    judge(scene.brand_id)
    assert sum(vote.far for vote in rows(scene.brand_id, VoteRow)) == 24
    assert rows(scene.brand_id, SignalRow) == []
    with committed() as session:
        a_sighting(session, scene.units(1)[0], FAR, at=AT + timedelta(days=1))
    judge(scene.brand_id)
    assert rows(scene.brand_id, SignalRow) == []


def test_a_copied_code_that_hundreds_scan_far_away_has_one_vote(scene, committed):
    with committed() as session:
        for _ in range(60):
            a_sighting(session, scene.units(0)[0], FAR)
    judge(scene.brand_id)
    assert len(rows(scene.brand_id, VoteRow)) == 1
    assert rows(scene.brand_id, SignalRow) == []


def test_a_code_that_was_seen_at_home_is_never_held_against_the_dealer(scene, committed):
    with committed() as session:
        scans(session, scene.units(0), OWN)
    judge(scene.brand_id)
    with committed() as session:
        scans(session, scene.units(0), FAR)
    judge(scene.brand_id)
    assert not any(vote.far for vote in rows(scene.brand_id, VoteRow))
    assert rows(scene.brand_id, FileRow) == []


def test_whoever_signs_in_later_is_still_one_consumer(scene, committed):
    with committed() as session:
        person_id = someone_with(session)
        for code_no in scene.units(0)[:12]:
            a_sighting(session, code_no, FAR, device="phone")
            a_sighting(session, code_no, FAR, kind="claim", person_id=person_id, device="phone")
        for code_no in scene.units(0)[12:]:
            a_sighting(session, code_no, FAR, person_id=person_id)
    judge(scene.brand_id)
    assert rows(scene.brand_id, SignalRow) == []


@pytest.mark.parametrize("county", [None, "999999"])
def test_an_unknown_county_is_no_evidence(scene, committed, county):
    with committed() as session:
        for code_no in scene.units(0):
            a_sighting(session, code_no, county)
    judge(scene.brand_id)
    assert rows(scene.brand_id, VoteRow) == []


def test_what_was_seen_before_the_goods_came_to_the_dealer_is_no_evidence(scene, committed):
    with committed() as session:
        scans(session, scene.units(0), FAR, at=AT - timedelta(days=12))
    judge(scene.brand_id)
    assert rows(scene.brand_id, VoteRow) == []


def test_the_house_dealer_and_dealers_without_an_area_are_not_judged(brand, committed):
    with committed() as session:
        goods = packed_batches(session, pallets=2, cases_per_pallet=1, units_per_case=24)
        house = channel.create_dealer(session, name="直营", counties=(OWN,), house=True, at=AT)
        anywhere = channel.create_dealer(session, name="无区域", at=AT)
        for dealer, pallet_no in ((house, goods.pallets.lo), (anywhere, goods.pallets.lo + 1)):
            a_shipment(session, [pallet_no], dealer=dealer)
        scans(session, range(goods.units.lo, goods.units.hi), FAR)
    judge(brand.id)
    assert rows(brand.id, VoteRow) == []


def test_one_flagged_case_is_watched_and_a_second_one_opens_the_file_of_the_shipment(brand, committed):
    with committed() as session:
        goods = packed_batches(session, pallets=1, cases_per_pallet=40, units_per_case=6)
        east, _ = two_dealers(session)
        session.execute(
            text("DELETE FROM codes_packing WHERE brand_id = :b AND lo = :lo"),
            {"b": brand.id, "lo": goods.cases.lo},
        )
        shipped = a_shipment(session, range(goods.cases.lo, goods.cases.hi), dealer=east)
        scans(session, range(goods.units.lo, goods.units.lo + 6), FAR)
        scans(session, range(goods.units.lo + 12, goods.units.lo + 90), OWN)
    judge(brand.id)
    assert [(row.kind, row.far) for row in rows(brand.id, SignalRow)] == [("case", 6)]
    assert rows(brand.id, FileRow) == []

    with committed() as session:
        scans(session, range(goods.units.lo + 6, goods.units.lo + 12), FAR)
    judge(brand.id)
    (file,) = rows(brand.id, FileRow)
    assert (file.scope, file.scope_no) == ("shipment", shipped.id)
    assert {"code": "cases", "points": 50, "pieces": 2} in file.reasons


def test_many_pallets_with_a_little_each_are_found_by_the_week(brand, committed):
    with committed() as session:
        goods = packed_batches(session, pallets=40, cases_per_pallet=1, units_per_case=6)
        east, _ = two_dealers(session)
        a_shipment(session, range(goods.pallets.lo, goods.pallets.hi), dealer=east)
        for pallet in range(40):
            first = goods.units.lo + pallet * 6
            scans(session, range(first, first + 2), FAR)
            scans(session, range(first + 2, first + 6), OWN)
    judge(brand.id)
    (file,) = rows(brand.id, FileRow)
    assert (file.scope, file.period_on.isoformat()) == ("week", "2026-11-02")
    assert [(row.kind, row.seen, row.far) for row in rows(brand.id, SignalRow)] == [("dealer_week", 240, 80)]


def test_a_case_opened_by_another_dealers_shop_is_direct_evidence(scene, committed):
    with committed() as session:
        foreign = a_terminal(session, dealer=scene.west, county=FAR)
        own = a_terminal(session, dealer=scene.east, county=OWN)
        an_opened_case(session, scene.goods.cases.lo, terminal=foreign, at=AT)
        an_opened_case(session, scene.goods.cases.lo + 1, terminal=own, at=AT)
    judge(scene.brand_id)
    (signal,) = rows(scene.brand_id, SignalRow)
    assert (signal.kind, signal.subject, signal.facts["county"]) == ("opening", scene.goods.cases.lo, FAR)
    (file,) = rows(scene.brand_id, FileRow)
    assert (file.scope_no, file.score) == (scene.goods.pallets.lo, 30)


def test_evidence_is_frozen_once_the_dealer_has_been_told(scene, committed):
    with committed() as session:
        scans(session, scene.units(0)[:12], FAR)
    judge(scene.brand_id)
    with committed() as session:
        (file_id,) = session.scalars(select(FileRow.id))
        decide(session, file_id=file_id, action="notify", words="请说明", by=1, at=AT)
    frozen = [row.id for row in rows(scene.brand_id, EvidenceRow)]
    with committed() as session:
        foreign = a_terminal(session, dealer=scene.west, county=FAR)
        an_opened_case(session, scene.goods.cases.lo, terminal=foreign, at=AT)
    judge(scene.brand_id)
    assert "opening" in {row.kind for row in rows(scene.brand_id, SignalRow)}
    assert [row.id for row in rows(scene.brand_id, EvidenceRow)] == frozen


def test_sightings_of_another_brand_are_never_read(scene, committed, other_brand):
    with transaction(other_brand.id) as session:
        codes.totals(session)
        scans(session, scene.units(0), FAR)
    judge(scene.brand_id)
    assert rows(scene.brand_id, VoteRow) == []
