"""Any sequence of movements, against a model that a child could keep: who has each thing, and since when."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, product

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app import custody
from app.custody.errors import MovedSince
from app.custody.rules import MOVING, fits
from app.kit.transaction import transaction
from tests.builders.channel import a_dealer, a_terminal
from tests.builders.codes import packed_batches
from tests.builders.custody import AT, a_document, party_of

PALLETS, CASES, UNITS = 2, 2, 3
PER_PALLET = CASES * UNITS
# Things by number: pallets, then cases, then units.
FIRST_CASE, FIRST_UNIT = PALLETS, PALLETS + PALLETS * CASES
THINGS = FIRST_UNIT + PALLETS * PER_PALLET


def pack_of(thing: int) -> int | None:
    if thing >= FIRST_UNIT:
        return FIRST_CASE + (thing - FIRST_UNIT) // UNITS
    return (thing - FIRST_CASE) // CASES if thing >= FIRST_CASE else None


def around(thing: int) -> list[int]:
    packs = []
    while (pack := pack_of(thing)) is not None:
        packs.append(thing := pack)
    return packs


def inside(thing: int) -> list[int]:
    return [other for other in range(THINGS) if thing == other or thing in around(other)]


@dataclass
class Model:
    """Who has each thing, the document that brought it, and which packs were ever taken apart."""

    holders: list[custody.Party] = field(default_factory=lambda: [custody.BRAND] * THINGS)
    brought: list[int | None] = field(default_factory=lambda: [None] * THINGS)
    apart: set[int] = field(default_factory=set)
    clock: Iterator[datetime] = field(default_factory=lambda: (AT + timedelta(minutes=n) for n in count(1)))

    def may_move(self, kind: str, sender: custody.Party, things: set[int]) -> bool:
        return kind == "shipped" or all(self.holders[one] == sender for thing in things for one in inside(thing))

    def movable(self, kind: str, sender: custody.Party) -> list[int]:
        return [thing for thing in range(THINGS) if self.may_move(kind, sender, {thing})]

    def move(self, things: set[int], receiver: custody.Party, document_id: int) -> None:
        for thing in things:
            for pack in around(thing):
                if pack in things:
                    break
                self.apart.add(pack)
        self.give(things, receiver, document_id)

    def give(self, things: set[int], receiver: custody.Party, document_id: int) -> None:
        for one in {other for thing in things for other in inside(thing)}:
            self.holders[one], self.brought[one] = receiver, document_id

    def may_take_back(self, document: custody.Document, things: set[int]) -> bool:
        untouched = all(self.brought[one] == document.id for thing in things for one in inside(thing))
        return untouched and not (document.kind == "shipped" and things & self.apart)


# The brand, two dealers, two shops of the first, one of the second; and all the ways that goods may go.
ROLES = [custody.BRAND, *(custody.Party(*ids) for ids in ((1,), (2,), (1, 1), (1, 2), (2, 3)))]
WAYS = [
    (kind, sender, receiver)
    for kind in MOVING
    for sender, receiver in product(range(len(ROLES)), repeat=2)
    if fits(kind, ROLES[sender], ROLES[receiver])
]
STEPS = st.lists(
    st.tuples(
        st.one_of(st.just(None), *[st.sampled_from(WAYS)] * 5),
        st.sets(st.integers(0, THINGS - 1), min_size=1, max_size=3),
        st.sampled_from([True, True, False]),
    ),
    min_size=4,
    max_size=14,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_every_thing_is_where_a_naive_dictionary_says(brand, steps) -> None:
    with suppress(_Over), transaction(brand.id) as session:
        play(session, steps)
        raise _Over


class _Over(Exception):
    """Nothing of an example stays."""


def play(session: Session, steps) -> None:
    packed = packed_batches(session, pallets=PALLETS, cases_per_pallet=CASES, units_per_case=UNITS)
    batches = (packed.pallets, packed.cases, packed.units)
    numbers = [code_no for batch in batches for code_no in range(batch.lo, batch.hi)]
    one, other = a_dealer(session), a_dealer(session)
    shops = [a_terminal(session, dealer=dealer) for dealer in (one, one, other)]
    parties = [custody.BRAND, *map(party_of, (one, other, *shops))]
    model, past = Model(), []
    for pallet, dealer in enumerate(parties[1:3]):
        go(session, model, past, numbers, {pallet}, ("shipped", custody.BRAND, dealer))

    for way, things, honest in steps:
        if way is None:
            take_back(session, model, past)
        else:
            kind, sender, receiver = way
            own = model.movable(kind, parties[sender]) if honest else []
            chosen = {own[thing % len(own)] for thing in things} if own else things
            go(session, model, past, numbers, chosen, (kind, parties[sender], parties[receiver]))

    for thing, code_no in enumerate(numbers):
        found = custody.history(session, code_no)
        assert (found.holder or custody.BRAND) == model.holders[thing]
        assert custody.lineage(session, code_no).dealer_id == model.holders[thing].dealer_id
    assert custody.check_invariants(session) == []


def go(session: Session, model: Model, past: list, numbers: list[int], things: set[int], way: tuple) -> None:
    kind, sender, receiver = way
    befores = {thing: model.holders[thing] for thing in things}
    code_nos = [numbers[thing] for thing in things]
    at = next(model.clock) if kind == "shipped" else AT  # only the brand's clock goes; that must not matter
    event(f"{kind} {'allowed' if model.may_move(kind, sender, things) else 'refused'}")
    try:
        with session.begin_nested():
            made = a_document(session, code_nos, kind=kind, sender=sender, receiver=receiver, at=at)
    except custody.NotHeld:
        assert not model.may_move(kind, sender, things)
    else:
        assert model.may_move(kind, sender, things)
        model.move(things, receiver, made.id)
        past.append((made, befores))


def take_back(session: Session, model: Model, past: list) -> None:
    """The last document that was not taken back."""
    if not past:
        return
    document, befores = past[-1]
    allowed = model.may_take_back(document, set(befores))
    event(f"undo {'allowed' if allowed else 'refused'}")
    with suppress(MovedSince), session.begin_nested():
        made = custody.reverse_document(session, document_id=document.id, by=1, at=AT)
        assert allowed
        for thing in sorted(befores):
            model.give({thing}, befores[thing], made.id)
        past.pop()
        return
    assert not allowed
