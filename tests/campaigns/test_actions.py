"""Campaigns are committed before activation, bound at activation, revealed when over."""

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import campaigns, codes, commissions
from app.campaigns import errors
from app.campaigns.actions import reveal
from app.campaigns.models import Binding, CampaignRow
from app.kit.transaction import transaction
from app.rewards.models import Claim
from tests.builders.campaigns import AT, ENDS, TIERS, a_campaign, a_promise
from tests.builders.codes import a_batch, an_active_batch
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]


def test_a_campaign_is_saved_with_its_draw_committed(session: Session) -> None:
    batch = a_batch(session)
    row = a_campaign(session, batch)
    assert (row.first_no, row.codes, row.algorithm) == (batch.lo, 48, "swap-or-not-aes-1")
    assert len(row.commitment) == 64
    assert row.rule_version == "campaign-1"


def test_two_campaigns_of_the_same_promise_draw_differently(session: Session) -> None:
    rows = [a_campaign(session, a_batch(session), name=name) for name in ("甲", "乙")]
    assert rows[0].commitment != rows[1].commitment
    assert bytes(rows[0].seed_sealed) != bytes(rows[1].seed_sealed)


def test_a_draw_is_committed_before_any_code_of_its_batch_is_active(session: Session) -> None:
    batch = a_batch(session)
    codes.activate(session, batch_id=batch.id, lo=batch.lo + 3, hi=batch.lo + 4, by=1, at=AT)
    with pytest.raises(errors.CommittedTooLate):
        a_campaign(session, batch)


def test_a_promise_that_breaks_rules_is_refused_with_their_names(session: Session) -> None:
    batch = a_batch(session)
    promise = a_promise(batch, tiers=(("奖", 5_000_001, 49),), starts_at=ENDS)
    with pytest.raises(errors.BreaksRules) as refused:
        campaigns.create_campaign(session, promise, at=AT)
    broken = ["ends_before_it_starts", "top_prize_above_50000_yuan", "more_prizes_than_codes"]
    assert refused.value.details == {"rules": broken}


def test_a_name_is_taken_once_per_brand(committed: Opener, other_brand: TestBrand) -> None:
    with committed() as session:
        a_campaign(session, a_batch(session), name="中秋")
    with committed() as session, pytest.raises(errors.NameTaken):
        a_campaign(session, a_batch(session), name="中秋")
    with transaction(other_brand.id) as session:
        a_campaign(session, a_batch(session), name="中秋")


def test_a_commission_rule_must_exist_in_the_brand(committed: Opener, other_brand: TestBrand) -> None:
    with committed() as session:
        rule = commissions.add_rule(session, name="返利", terminal_fen=1, dealer_fen=1, at=AT)
        a_campaign(session, a_batch(session), rule_id=rule.id)
        with pytest.raises(errors.CommissionRuleUnknown):
            a_campaign(session, a_batch(session), rule_id=1)
    with transaction(other_brand.id) as session, pytest.raises(errors.CommissionRuleUnknown):
        a_campaign(session, a_batch(session), rule_id=rule.id)


def test_a_batch_must_exist_in_the_brand(committed: Opener, other_brand: TestBrand) -> None:
    with committed() as session:
        batch = a_batch(session)
    with transaction(other_brand.id) as session, pytest.raises(codes.UnknownBatch):
        a_campaign(session, batch)


def test_activation_binds_codes_to_their_campaign(brand: TestBrand, committed: Opener) -> None:
    with committed() as session:
        batch = a_batch(session)
        row = a_campaign(session, batch)
        bound = campaigns.activate(
            session, batch_id=batch.id, lo=batch.lo + 10, hi=batch.lo + 20, campaign_id=row.id, by=1, at=AT
        )
        assert bound == (batch.lo + 10, batch.lo + 20)
    book = campaigns.book(brand.id)
    found = [book.find(batch.lo + index) for index in (9, 10, 19, 20)]
    assert [campaign and campaign.id for campaign in found] == [None, row.id, row.id, None]
    assert found[1] is not None
    assert found[1].draw.n == 48


def test_a_book_without_campaigns_finds_nothing(brand: TestBrand) -> None:
    assert campaigns.book(brand.id).find(1) is None


def test_parts_of_a_batch_may_be_activated_one_after_another_for_one_campaign(
    brand: TestBrand, committed: Opener
) -> None:
    with committed() as session:
        batch = a_batch(session)
        row = a_campaign(session, batch)
        middle = batch.lo + 24
        for lo, hi in ((middle, batch.hi), (batch.lo, middle)):
            campaigns.activate(session, batch_id=batch.id, lo=lo, hi=hi, campaign_id=row.id, by=1, at=AT)
        assert campaigns.check_invariants(session) == []
    book = campaigns.book(brand.id)
    assert {book.find(code_no) for code_no in range(batch.lo, batch.hi)} == {book.campaigns[row.id]}


def test_codes_are_activated_once(session: Session) -> None:
    batch = a_batch(session)
    row = a_campaign(session, batch)
    campaigns.activate(session, batch_id=batch.id, hi=batch.lo + 10, campaign_id=row.id, by=1, at=AT)
    with pytest.raises(codes.AlreadyActivated):
        campaigns.activate(session, batch_id=batch.id, lo=batch.lo + 9, campaign_id=row.id, by=1, at=AT)


def test_codes_are_not_bound_to_the_campaign_of_another_batch(session: Session) -> None:
    row = a_campaign(session, a_batch(session))
    with pytest.raises(errors.OtherBatch):
        campaigns.activate(session, batch_id=a_batch(session).id, campaign_id=row.id, by=1, at=AT)


def test_codes_are_not_bound_to_a_campaign_that_does_not_exist(session: Session) -> None:
    with pytest.raises(errors.CampaignUnknown):
        campaigns.activate(session, batch_id=a_batch(session).id, campaign_id=1, by=1, at=AT)


def test_codes_may_be_activated_without_a_campaign(session: Session) -> None:
    batch = a_batch(session)
    assert campaigns.activate(session, batch_id=batch.id, campaign_id=None, by=1, at=AT) == (batch.lo, batch.hi)
    assert session.scalars(select(Binding)).all() == []


def test_a_campaign_is_stopped_once(committed: Opener) -> None:
    with committed() as session:
        row = a_campaign(session, a_batch(session))
        assert campaigns.stop_campaign(session, row.id, at=AT)
        assert not campaigns.stop_campaign(session, row.id, at=AT + timedelta(hours=1))
    with committed() as session:
        assert session.scalars(select(CampaignRow.stopped_at)).one() == AT


def test_a_seed_is_revealed_only_when_no_code_can_win_any_more(session: Session) -> None:
    row = a_campaign(session, a_batch(session))
    with pytest.raises(errors.NotOverYet):
        reveal(session, row.id, at=ENDS - timedelta(microseconds=1))
    assert reveal(session, row.id, at=ENDS)["commitment"] == row.commitment


def test_a_stopped_campaign_may_be_revealed_at_once(session: Session) -> None:
    row = a_campaign(session, a_batch(session))
    campaigns.stop_campaign(session, row.id, at=AT)
    session.expire_all()
    assert reveal(session, row.id, at=AT)["commitment"] == row.commitment


def test_what_is_revealed_hashes_to_the_commitment_and_says_all_that_was_promised(session: Session) -> None:
    batch = a_batch(session)
    row = a_campaign(session, batch)
    first, again = (reveal(session, row.id, at=ENDS + timedelta(days=day)) for day in (0, 1))
    assert first == again
    assert hashlib.sha256(first["text"].encode()).hexdigest() == row.commitment
    told = json.loads(first["text"])
    assert told["tiers"] == [list(tier) for tier in TIERS]
    assert (told["campaign"], told["codes"], told["seed"]) == (str(row.id), 48, first["seed"])
    assert first["first_no"] == batch.lo
    assert row.revealed_at == ENDS


def test_nobody_touches_a_campaign_of_another_brand(committed: Opener, other_brand: TestBrand) -> None:
    with committed() as session:
        row = a_campaign(session, a_batch(session))
    with transaction(other_brand.id) as session:
        for verb in (campaigns.stop_campaign, reveal):
            with pytest.raises(errors.CampaignUnknown):
                verb(session, row.id, at=ENDS)


def test_overlapping_bindings_are_found(session: Session) -> None:
    row = a_campaign(session, a_batch(session))
    batch = an_active_batch(session)
    for lo in (batch.lo, batch.lo + 5):
        session.add(Binding(campaign_id=row.id, lo=lo, hi=lo + 10, bound_at=AT))
    session.flush()
    assert campaigns.check_invariants(session) == [f"bindings overlap at {batch.lo + 5}"]


def test_a_tier_that_paid_more_than_it_promised_is_found(session: Session) -> None:
    row = a_campaign(session, a_batch(session), tiers=(("奖", 100, 1),))
    for number in (1, 2):
        values = {"brand_id": session.info["brand_id"], "code_no": number, "share_no": 1, "id": number}
        won = {"person_id": 1, "campaign_id": row.id, "rank": 0, "tier_no": 0, "amount_fen": 100}
        session.add(Claim(**values, **won, rule_version="x", at=AT))
    session.flush()
    assert campaigns.check_invariants(session) == [f"campaign {row.id}: tier 奖 overdrawn"]
