import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channel.rules import Directory, Place, TerminalTable, degrees, pick_own

counties = st.sampled_from(("000001", "310101"))
rows = st.dictionaries(
    st.integers(1, (1 << 63) - 1), st.tuples(st.integers(1, 99), st.text(max_size=20), counties)
)


@given(rows)
def test_the_table_gives_back_every_terminal_it_was_made_of(terminals):
    table = TerminalTable.of((each, *terminals[each]) for each in sorted(terminals))

    assert len(table) == len(terminals)
    for terminal_id, (dealer_id, name, county) in terminals.items():
        position = table.position(terminal_id)
        assert position is not None
        assert (table.dealer_ids[position], table.name_at(position)) == (dealer_id, name)
        assert table.county_at(position) == county


@given(rows, st.integers(1, (1 << 63) - 1))
def test_the_table_knows_no_other_terminal(terminals, stranger):
    table = TerminalTable.of((each, *terminals[each]) for each in sorted(terminals))

    assert (table.position(stranger) is None) == (stranger not in terminals)


def test_a_directory_names_dealers_terminals_and_counties():
    terminals = TerminalTable.of([(7, 1, "小店", "310101"), (8, 2, "老店", "440305")])
    directory = Directory(2, {1: "华东", 2: "直营"}, {"310101": 1}, terminals)

    assert directory.terminal_name(8) == "老店"
    assert directory.dealer_of_terminal(7) == 1
    assert directory.county_of_terminal(8) == "440305"
    assert directory.county_of_terminal(9) is None
    assert directory.dealer_name(2) == "直营"
    assert directory.dealer_of_county("310101") == 1
    assert directory.dealer_of_county("440305") is None
    assert directory.dealer_of_county(None) is None
    assert directory.terminal_name(9) is None
    assert directory.dealer_of_terminal(9) is None


@pytest.mark.parametrize(
    ("owned", "asked", "picked"),
    [((4,), None, 4), ((4, 5), None, None), ((4, 5), 5, 5), ((4, 5), 6, None), ((), None, None), ((), 4, None)],
)
def test_one_acts_for_the_only_shop_or_for_the_one_that_was_named(owned, asked, picked):
    assert pick_own(owned, asked) == picked


def test_a_place_is_kept_in_millionths_of_a_degree():
    place = Place.of(31.2397, 121.4998)

    assert (place.latitude_e6, place.longitude_e6) == (31_239_700, 121_499_800)
    assert degrees(place.latitude_e6) == 31.2397
    assert degrees(None) is None
