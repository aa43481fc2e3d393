"""Dealers and shops change: described, moved, closed, reopened, with their past kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app import channel, identity
from app.channel.actions import (
    accept_change,
    close_dealer,
    decline_change,
    edit_dealer,
    edit_terminal,
    lock_terminal,
    propose_change,
    reopen_dealer,
)
from app.channel.errors import (
    ChangeDecided,
    ChangeDoesNotFit,
    ChangeOpen,
    CountyTaken,
    DealerHasTerminals,
    HouseDealerStays,
    NameTaken,
)
from app.channel.jobs import carry_out_change
from app.channel.models import Change, Invitation
from app.channel.queries import areas_of, suppliers_of, terminal_page, terminals_like
from tests.builders.channel import AT, a_dealer, a_terminal, an_invitation, an_owner

LATER = AT + timedelta(days=30)
BY = 7


def change(session, terminal, kind, *, at=LATER, effective_at=None, accepted=True, **more) -> Change:
    proposed = propose_change(
        session,
        terminal=lock_terminal(session, terminal.id),
        kind=kind,
        reason="试",
        effective_at=effective_at or at,
        by=BY,
        at=at,
        **more,
    )
    return accept_change(session, proposed, by=BY, at=at) if accepted else proposed


def test_what_a_dealer_was_authorised_for_is_known_for_every_instant(session):
    dealer = a_dealer(session, counties=["310101", "310104"])
    edit_dealer(session, dealer.id, name=None, counties=["310104", "310105"], at=LATER)
    other = a_dealer(session, counties=["310101"], at=LATER)

    before, after = LATER - timedelta(seconds=1), LATER
    assert channel.authorised_counties(session, dealer.id, at=before) == {"310101", "310104"}
    assert channel.authorised_counties(session, dealer.id, at=after) == {"310104", "310105"}
    assert channel.authorised_counties(session, dealer.id, at=AT - timedelta(seconds=1)) == set()
    assert channel.authorised_dealer(session, "310101", at=before) == dealer.id
    assert channel.authorised_dealer(session, "310101", at=after) == other.id
    assert channel.authorised_dealer(session, "440305", at=after) is None
    assert [(area.county, area.until) for area in areas_of(session, dealer.id)] == [
        ("310104", None),
        ("310105", None),
        ("310101", LATER),
    ]


def test_a_county_of_somebody_else_is_not_given_by_an_edit(session):
    a_dealer(session, counties=["310101"])
    dealer = a_dealer(session)
    with pytest.raises(CountyTaken):
        edit_dealer(session, dealer.id, name=None, counties=["310101"], at=LATER)


def test_a_dealer_is_not_renamed_to_another_ones_name(session):
    a_dealer(session, name="甲")
    dealer = a_dealer(session)
    with pytest.raises(NameTaken):
        edit_dealer(session, dealer.id, name="甲", counties=None, at=LATER)


def test_the_directory_knows_the_counties_of_a_dealer(brand, committed):
    with committed() as session:
        dealer = a_dealer(session, counties=["310104", "310101"])
    assert channel.directory(brand.id).counties_of_dealer(dealer.id) == ("310101", "310104")
    with committed() as session:
        edit_dealer(session, dealer.id, name=None, counties=[], at=LATER)
    assert channel.directory(brand.id).counties_of_dealer(dealer.id) == ()


def test_a_dealer_closes_only_without_open_shops_and_frees_its_counties(session):
    dealer = a_dealer(session, counties=["310101"])
    terminal = a_terminal(session, dealer=dealer)
    with pytest.raises(DealerHasTerminals):
        close_dealer(session, dealer.id, at=LATER)

    change(session, terminal, "close")
    close_dealer(session, dealer.id, at=LATER)
    assert channel.serving_by_area(session, "310101") is None
    assert channel.authorised_counties(session, dealer.id, at=AT) == {"310101"}
    with pytest.raises(channel.UnknownDealer):
        change(session, terminal, "reopen")
    reopen_dealer(session, dealer.id)
    assert change(session, terminal, "reopen").state == "done"
    with pytest.raises(channel.UnknownDealer):
        reopen_dealer(session, dealer.id)


def test_the_house_dealer_stays(session):
    with pytest.raises(HouseDealerStays):
        close_dealer(session, a_dealer(session, house=True).id, at=LATER)


def test_a_shop_is_found_by_name_county_and_whole_phone(session):
    dealer = a_dealer(session)
    found = a_terminal(session, dealer=dealer, name="便民100%超市", county="310104")
    a_terminal(session, dealer=dealer, name="便民100家")
    edit_terminal(session, found.id, place=channel.Place.of(31.2, 121.4), phone="13800001234", address="新址")

    for asked in ("100%", "310104", "138 0000 1234", "民100%超"):
        page = terminal_page(session, terminals_like(session, asked), cursor=None, limit=5)
        assert [shop.id for shop in page.items] == [found.id], asked
    shop = page.items[0]
    assert (shop.phone, shop.address, shop.latitude) == ("138****1234", "新址", 31.2)
    assert not terminal_page(session, terminals_like(session, "13800009999"), cursor=None, limit=5).items


def test_a_shop_moves_and_its_former_dealer_is_remembered(session):
    old, new = a_dealer(session), a_dealer(session)
    terminal = a_terminal(session, dealer=old)
    invitation = an_invitation(session, terminal=terminal, role="clerk")
    done = change(session, terminal, "transfer", to_dealer_id=new.id)

    assert (done.state, terminal.dealer_id) == ("done", new.id)
    assert [(each.dealer.id, each.since, each.until) for each in suppliers_of(session, terminal)] == [
        (new.id, LATER, None),
        (old.id, AT, LATER),
    ]
    assert session.scalar(select(Invitation.revoked_at).where(Invitation.id == invitation.id)) == LATER


def test_a_shop_does_not_move_to_where_its_name_is_taken_or_where_it_is(session):
    old, new = a_dealer(session), a_dealer(session)
    terminal = a_terminal(session, dealer=old, name="同名")
    with pytest.raises(ChangeDoesNotFit):
        change(session, terminal, "transfer", to_dealer_id=old.id)
    a_terminal(session, dealer=new, name="同名")
    with pytest.raises(NameTaken):
        change(session, terminal, "transfer", to_dealer_id=new.id)


def test_a_closed_shop_rests_with_its_roles_and_reopens_with_them(session):
    terminal = a_terminal(session)
    owner_id = an_owner(session, terminal)
    change(session, terminal, "close")

    with pytest.raises(channel.UnknownTerminal):
        channel.get_terminal(session, terminal.id)
    assert identity.roles_of(session, owner_id)
    with pytest.raises(ChangeDoesNotFit):
        change(session, terminal, "close")
    change(session, terminal, "reopen")
    assert channel.get_terminal(session, terminal.id).id == terminal.id


def test_a_shop_closed_for_good_loses_its_people(session):
    terminal = a_terminal(session)
    owner_id, clerk_id = an_owner(session, terminal), an_owner(session, terminal, role="clerk")
    change(session, terminal, "close", dismiss=True)
    assert identity.roles_of(session, owner_id) == identity.roles_of(session, clerk_id) == ()


def test_one_change_of_a_shop_waits_at_a_time(session):
    terminal = a_terminal(session)
    change(session, terminal, "close", accepted=False)
    with pytest.raises(ChangeOpen):
        change(session, terminal, "close", accepted=False)


def test_a_change_is_decided_once(session):
    proposed = change(session, a_terminal(session), "close", accepted=False)
    assert decline_change(session, proposed.id, note="不行", by=BY, at=LATER).note == "不行"
    with pytest.raises(ChangeDecided):
        accept_change(session, proposed, by=BY, at=LATER)


def test_a_transfer_waits_for_its_day_and_can_be_called_off(brand, committed, worker):
    with committed() as session:
        old, new = a_dealer(session), a_dealer(session)
        moved, kept = a_terminal(session, dealer=old), a_terminal(session, dealer=old)
        due = change(session, moved, "transfer", to_dealer_id=new.id, effective_at=LATER + timedelta(minutes=1))
        off = change(session, kept, "transfer", to_dealer_id=new.id, effective_at=LATER + timedelta(minutes=1))
        assert due.state == "accepted"
        assert moved.dealer_id == old.id
        decline_change(session, off.id, note="不转了", by=BY, at=LATER)
        session.execute(text("UPDATE kit_job SET run_at = now() - interval '1 hour'"))
    worker()
    worker()

    with committed() as session:
        assert {channel.get_terminal(session, each.id).dealer_id for each in (moved,)} == {new.id}
        assert channel.get_terminal(session, kept.id).dealer_id == old.id
        states = session.scalars(select(Change.state).order_by(Change.id)).all()
        assert list(states) == ["done", "declined"]
        logged = text(
            "SELECT count(*) FROM identity_audit WHERE brand_id = :b AND action = 'channel.terminal_transfer'"
        )
        assert session.execute(logged, {"b": brand.id}).scalar() == 1


def test_a_change_that_became_impossible_says_why(brand, committed):
    with committed() as session:
        new = a_dealer(session)
        terminal = a_terminal(session, name="同名")
        due = change(session, terminal, "transfer", to_dealer_id=new.id, effective_at=LATER + timedelta(minutes=1))
        a_terminal(session, dealer=new, name="同名")
    carry_out_change(brand_id=brand.id, change_id=due.id, at=LATER + timedelta(minutes=2))

    with committed() as session:
        found = session.scalar(select(Change).where(Change.id == due.id))
        assert (found.state, found.note) == ("failed", NameTaken.message)
