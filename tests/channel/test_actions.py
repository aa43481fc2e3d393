import pytest
from sqlalchemy import text

from app import channel
from app.channel.errors import CountyTaken, HouseDealerExists, NameTaken
from app.channel.queries import dealer_page
from tests.builders.channel import a_dealer, a_terminal, an_actor, an_owner, someone_with


def test_a_dealer_is_found_by_the_counties_it_is_authorised_for(session):
    dealer = a_dealer(session, counties=["310101", "310104"])

    assert channel.serving_by_area(session, "310104") == dealer
    assert channel.serving_by_area(session, "440305") is None
    assert dealer_page(session, cursor=None, limit=5).items[0].counties == ["310101", "310104"]


def test_a_county_belongs_to_one_dealer(session):
    a_dealer(session, counties=["310101"])

    with pytest.raises(CountyTaken) as refusal:
        a_dealer(session, counties=["310101", "310104"])
    assert refusal.value.details == {"counties": ["310101"]}


def test_two_dealers_never_share_a_name(session):
    a_dealer(session, name="华东饮品")

    with pytest.raises(NameTaken):
        a_dealer(session, name="华东饮品")


def test_a_brand_has_one_house_dealer(session):
    house = a_dealer(session, house=True)

    with pytest.raises(HouseDealerExists):
        a_dealer(session, house=True)
    assert channel.house_dealer(session) == house


def test_shops_of_one_dealer_never_share_a_name(session):
    dealer = a_dealer(session)
    a_terminal(session, dealer=dealer, name="便民超市")
    a_terminal(session, name="便民超市")

    with pytest.raises(NameTaken):
        a_terminal(session, dealer=dealer, name="便民超市")


def test_a_shop_needs_a_dealer_that_exists(session, at):
    with pytest.raises(channel.UnknownDealer):
        channel.create_terminal(session, dealer_id=1, name="孤店", county="310101", at=at)


def test_a_closed_dealer_takes_no_shops_and_serves_no_county(session):
    dealer = a_dealer(session, counties=["310101"])
    session.execute(text("UPDATE channel_dealer SET state = 'closed' WHERE id = :id"), {"id": dealer.id})

    assert channel.serving_by_area(session, "310101") is None
    with pytest.raises(channel.UnknownDealer):
        a_terminal(session, dealer=dealer)


def test_an_owner_acts_for_the_only_shop_without_naming_it(session):
    terminal = a_terminal(session)
    actor = an_actor(session, an_owner(session, terminal))

    assert channel.get_own_terminal(session, actor, None) == terminal
    assert channel.get_own_terminal(session, actor, terminal.id) == terminal


def test_an_owner_of_two_shops_is_asked_which_one(session):
    shops = [a_terminal(session), a_terminal(session)]
    actor = an_actor(session, an_owner(session, *shops))

    with pytest.raises(channel.TerminalNotChosen) as refusal:
        channel.get_own_terminal(session, actor, None)
    assert refusal.value.details == {"terminals": sorted(str(shop.id) for shop in shops)}
    assert channel.get_own_terminal(session, actor, shops[1].id) == shops[1]


def test_nobody_acts_for_a_shop_of_somebody_else(session):
    mine, theirs = a_terminal(session), a_terminal(session)
    owner = an_actor(session, an_owner(session, mine))
    salesman = an_actor(session, someone_with(session, ("salesman", theirs.dealer_id)))

    for actor in (owner, salesman):
        with pytest.raises(channel.UnknownTerminal):
            channel.get_own_terminal(session, actor, theirs.id)
    with pytest.raises(channel.UnknownTerminal):
        channel.get_own_terminal(session, salesman, None)


def test_the_directory_follows_what_the_brand_changes(brand, committed):
    with committed() as session:
        house = a_dealer(session, name="直营", house=True)
    assert channel.directory(brand.id).house_dealer_id == house.id

    with committed() as session:
        dealer = a_dealer(session, name="华东", counties=["310101"])
        terminal = a_terminal(session, dealer=dealer, name="便民超市")
    names = channel.directory(brand.id)
    assert names.dealer_name(dealer.id) == "华东"
    assert names.terminal_name(terminal.id) == "便民超市"
    assert names.dealer_of_terminal(terminal.id) == dealer.id
    assert names.dealer_of_county("310101") == dealer.id


def test_the_directory_of_a_brand_holds_nothing_of_another(brand, other_brand, committed):
    with committed() as session:
        terminal = a_terminal(session)

    assert channel.directory(other_brand.id).terminal_name(terminal.id) is None


def test_dealers_without_a_house_dealer_are_reported(session):
    assert channel.check_invariants(session) == []
    a_dealer(session)
    assert channel.check_invariants(session) == ["channel: there are dealers but no active house dealer"]
    a_dealer(session, house=True)
    assert channel.check_invariants(session) == []
