"""Documents under which goods change hands: which parties fit which kind, and when one may be taken back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.custody.rules.holding import Run, runs_of

Kind = Literal["shipped", "transferred", "delivered", "returned", "received", "reversed"]
PartyKind = Literal["brand", "dealer", "terminal"]
KINDS: tuple[Kind, ...] = ("shipped", "transferred", "delivered", "returned", "received", "reversed")
MOVING: tuple[Kind, ...] = ("shipped", "transferred", "delivered", "returned")
SUPPLYING: tuple[Kind, ...] = ("shipped", "transferred")  # what a dealer whose supply is stopped does not get
REVERSIBLE_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Party:
    """Who holds goods: a terminal with the dealer that supplies it, a dealer, or with neither the brand."""

    dealer_id: int | None = None
    terminal_id: int | None = None

    @property
    def kind(self) -> PartyKind:
        if self.terminal_id is not None:
            return "terminal"
        return "brand" if self.dealer_id is None else "dealer"

    @property
    def id(self) -> int | None:
        return self.dealer_id if self.terminal_id is None else self.terminal_id

    def is_same_as(self, other: "Party") -> bool:
        """A terminal stays itself when another dealer comes to supply it."""
        return (self.kind, self.id) == (other.kind, other.id)


BRAND = Party()


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document as somebody wants it recorded; `of_id` names the one that it confirms or takes back."""

    kind: Kind
    number: str
    sender: Party
    receiver: Party
    recorded_by: int | None = None
    reference: str | None = None
    made_at: datetime | None = None
    of_id: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document as recorded; `codes` counts distinct codes, `repeated` when it was recorded before."""

    id: int
    kind: Kind
    number: str
    reference: str | None
    sender: Party
    receiver: Party
    codes: int
    of_id: int | None
    recorded_by: int | None
    made_at: datetime | None
    at: datetime
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Shipped:
    """A shipment as recorded; `codes` counts distinct codes, `repeated` when the number was known."""

    id: int
    number: str
    dealer_id: int
    codes: int
    shipped_at: datetime
    repeated: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A code where it is: the packs around it from the inside out, and who holds it; None for nobody yet."""

    code_no: int
    packs: tuple[int, ...] = ()
    holder: Party | None = None
    shipment_id: int | None = None

    @property
    def held_by(self) -> Party:
        """What was never moved is still at the brand."""
        return self.holder or BRAND


def fits(kind: Kind, sender: Party, receiver: Party) -> bool:
    """Whether goods may go this way; a terminal deals with the dealer that supplies it."""
    way = (sender.kind, receiver.kind)
    if kind == "shipped":
        return way == ("brand", "dealer")
    if kind == "transferred":
        return way == ("dealer", "dealer") and sender.dealer_id != receiver.dealer_id
    if kind == "delivered":
        return way == ("dealer", "terminal") and sender.dealer_id == receiver.dealer_id
    if kind == "returned":
        to_dealer = way == ("terminal", "dealer") and sender.dealer_id == receiver.dealer_id
        return to_dealer or way == ("dealer", "brand")
    return False


def taken_apart(places: Iterable[Place], moved: Collection[int]) -> list[tuple[int, Run]]:
    """Which runs leave which pack on their own: for every pack around a moved code that does not move with it."""
    leaving: dict[int, list[int]] = {}
    for place in places:
        for pack in place.packs:
            if pack in moved:
                break
            leaving.setdefault(pack, []).append(place.code_no)
    return [(pack, run) for pack, code_nos in leaving.items() for run in runs_of(code_nos)]


@dataclass(frozen=True, slots=True)
class Refused:
    """Codes that a party may not move: those it does not hold, and packs of which a part is elsewhere."""

    elsewhere: frozenset[int] = frozenset()
    apart: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.elsewhere or self.apart)


def judge(sender: Party, places: Iterable[Place], parts: Mapping[int, Sequence[Place]]) -> Refused:
    """What of the moved codes is not the sender's; ``parts`` were moved out of a code and still belong in it."""
    elsewhere = frozenset(place.code_no for place in places if not place.held_by.is_same_as(sender))
    apart = frozenset(
        pack_no
        for pack_no, inside in parts.items()
        if any(pack_no in part.packs and not part.held_by.is_same_as(sender) for part in inside)
    )
    return Refused(elsewhere, apart - elsewhere)


def may_reverse(document: Document, *, person_id: int, at: datetime) -> bool:
    """Whoever recorded a movement may take it back within a day; confirmations and reversals stand."""
    return document.kind in MOVING and document.recorded_by == person_id and at - document.at <= REVERSIBLE_FOR
