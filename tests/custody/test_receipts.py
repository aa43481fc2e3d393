from hypothesis import given
from hypothesis import strategies as st

from app.custody.rules import compare, half_scanned

# Four pallets of three cases of two units, numbered so that packs follow from arithmetic.
CASES = range(100, 112)
UNITS = range(1000, 1024)
PALLETS = range(10, 14)
PACKS = {unit: (100 + (unit - 1000) // 2, 10 + (unit - 1000) // 6) for unit in UNITS}
PACKS |= {case: (10 + (case - 100) // 3,) for case in CASES}
CHILDREN = {pack: {one for one, packs in PACKS.items() if packs[0] == pack} for pack in (*PALLETS, *CASES)}
THINGS = st.sets(st.sampled_from([*PALLETS, *CASES, *UNITS]))


def units_of(things) -> set[int]:
    return {unit for unit in UNITS if unit in things or set(PACKS[unit]) & set(things)}


@given(sent=THINGS, scanned=THINGS)
def test_missing_is_every_unit_that_was_sent_and_not_scanned_at_any_level(sent, scanned):
    half = half_scanned(sent, scanned, PACKS)
    found = compare(sent, scanned, PACKS, {pack: CHILDREN[pack] for pack in half})
    assert units_of(found.missing) == units_of(sent) - units_of(scanned)


@given(sent=THINGS, scanned=THINGS)
def test_surplus_is_what_shares_no_unit_with_what_was_sent(sent, scanned):
    half = half_scanned(sent, scanned, PACKS)
    found = compare(sent, scanned, PACKS, {pack: CHILDREN[pack] for pack in half})
    assert found.surplus == {one for one in scanned if not units_of({one}) & units_of(sent)}
    assert found.arrived == scanned - found.surplus


def test_only_packs_that_were_scanned_in_part_need_their_children():
    assert half_scanned({10, 104}, {1000, 104, 108}, PACKS) == {100, 10}
