"""A brand's goods and the honest people who buy them: families, bulk buyers, travellers, banquets.

Everything is drawn by one seed. What is assumed about people stands here as a number with a name.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

START = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = 30
UNITS = 24
DEALERS = 12
PEOPLE = 6000
FIRST_CASE = 10_000_000
PRIZES_FEN = (28, 28, 28, 58, 58, 88, 188, 888)

OPENED_BY_SHOPS = 0.9  # shops are paid for opening cases by scan
OLD_GOODS = 0.03
OPEN_CASES = 40  # in the shops of a region
DINING_OUT = 0.15  # of occasions, at a restaurant whose caps are collected, as long as it has bottles left
LOCATED = 0.55  # of people, who let the page know where they are
TRAVELLERS = 0.04
LOOKED_AT_BEFORE = 0.04  # a friend opened the page first
CLAIMED_BARE = 0.01  # the page was open before, or its script is blocked
BEHIND_A_CARRIER = 0.6  # share the few addresses of a mobile carrier with everybody, attackers too
CARRIER_ADDRESSES = 3  # of each region
VERIFY = 0.93  # give a phone number when asked
RANKS = ((3, 0.003), (4, 0.0003))
KINDS = (("casual", 0.70), ("regular", 0.2235), ("by_the_case", 0.065), ("heavy", 0.01), ("bulk", 0.0015))


@dataclass(slots=True)
class Person:
    """``attack`` names what a dishonest person takes part in; the defence never sees it."""

    id: int
    region: int
    device: str
    address: str
    place: tuple[float, float] | None
    away: bool
    verifies: bool
    rank: int | None
    attack: str | None = None
    verified: bool = False


@dataclass(slots=True)
class Try:
    """Somebody asks for a code's prize, ``looked_after`` seconds after opening the page, None without it."""

    at: datetime
    person: Person
    code_no: int
    handled: bool = False
    looked_after: float | None = 5.0
    tries: int = 0
    first_at: datetime | None = None


@dataclass(slots=True)
class Case:
    dealer: int
    opened: bool
    age_days: int
    first_code: int
    left: list[int] = field(default_factory=list)


class Market:
    """Hands out cases, units, people and addresses; every draw is of one `Random`."""

    def __init__(self, seed):
        self.random = Random(seed)
        self.cases = []
        self.places = [(self.random.uniform(22, 42), self.random.uniform(100, 121)) for _ in range(DEALERS)]
        self.shelves = [[] for _ in range(DEALERS)]
        self.restaurants = [[] for _ in range(DEALERS)]
        self._people = 0

    def chance(self, probability):
        return self.random.random() < probability

    def case(self, dealer, *, opened=None):
        """A fresh case of a dealer; opened by a shop unless it is still in a warehouse."""
        random = self.random
        age = random.randint(241, 700) if self.chance(OLD_GOODS) else random.randint(15, 150)
        opened = self.chance(OPENED_BY_SHOPS) if opened is None else opened
        first = len(self.cases) * UNITS
        made = Case(dealer, opened, age, first, list(range(first, first + UNITS)))
        random.shuffle(made.left)
        self.cases.append(made)
        return made

    def pallets(self, dealer, cases):
        """Cases in a warehouse; what stands on the same pallets is not sold this month either."""
        while len(self.cases) * UNITS % 1024 > UNITS:
            self.case(dealer, opened=False)
        stock = [self.case(dealer, opened=False) for _ in range(cases)]
        while len(self.cases) * UNITS % 1024 > UNITS:
            self.case(dealer, opened=False)
        return stock

    def dinner(self, dealer, count):
        """Bottles that are drunk together come from one case: of a restaurant, or of a shop's shelf."""
        dines_out = self.restaurants[dealer] and self.chance(DINING_OUT)
        cases = self.restaurants[dealer] if dines_out else self._shelf(dealer)
        at = self.random.randrange(len(cases))
        units = [cases[at].left.pop() for _ in range(min(count, len(cases[at].left)))]
        if not cases[at].left:
            cases.pop(at)
        return units

    def _shelf(self, dealer):
        """The cases that stand open in the shops of a region."""
        shelf = self.shelves[dealer]
        while len(shelf) < OPEN_CASES:
            shelf.append(self.case(dealer))
        return shelf

    def person(
        self, region=None, *, attack=None, address=None, device=None, located=None, ranks=RANKS, verify=VERIFY
    ):
        random = self.random
        self._people += 1
        region = random.randrange(DEALERS) if region is None else region
        carrier = f"carrier-{region}-{random.randrange(CARRIER_ADDRESSES)}"
        home = carrier if self.chance(BEHIND_A_CARRIER) else f"home-{self._people}"
        away = attack is None and self.chance(TRAVELLERS)
        knows = self.chance(LOCATED) if located is None else located
        return Person(
            id=self._people,
            region=region,
            device=device or f"device-{self._people}",
            address=address or home,
            place=self._near(random.randrange(DEALERS) if away else region) if knows else None,
            away=away,
            verifies=self.chance(verify),
            rank=self._rank(ranks),
            attack=attack,
        )

    def _near(self, region):
        latitude, longitude = self.places[region]
        return latitude + self.random.uniform(-0.2, 0.2), longitude + self.random.uniform(-0.2, 0.2)

    def _rank(self, ranks):
        drawn = self.random.random()
        for rank, share in ranks:
            if drawn < share:
                return rank
            drawn -= share
        return self.random.choice((0, 0, 0, 1, 2))

    def moment(self, *, night=False):
        """An instant of the month: by day, evenings most; or in the small hours (all in UTC)."""
        hour = self.random.uniform(17, 21) if night else self.random.triangular(0, 16, 12)
        return START + timedelta(days=self.random.randrange(DAYS), hours=hour)


def honest(market, people=PEOPLE):
    """All that honest people try in a month."""
    tries = []
    kinds, weights = zip(*KINDS, strict=True)
    for kind in market.random.choices(kinds, weights, k=people):
        tries += BEHAVIOURS[kind](market)
    for _ in range(3):
        tries += banquet(market)
    return tries


def usual(market, at, person, code_no):
    return Try(
        at,
        person,
        code_no,
        handled=market.chance(LOOKED_AT_BEFORE),
        looked_after=None if market.chance(CLAIMED_BARE) else market.random.uniform(2, 20),
    )


def _singles(market, person, count):
    """Units from the shelf, one or a few at a time."""
    tries = []
    while count > 0:
        at = market.moment(night=market.chance(0.01))
        for code_no in market.dinner(person.region, min(count, market.random.choice((1, 1, 1, 2, 3)))):
            at += timedelta(seconds=market.random.uniform(10, 90))
            tries.append(usual(market, at, person, code_no))
            count -= 1
    return tries


def casual(market):
    return _singles(market, market.person(), market.random.randint(1, 6))


def regular(market):
    return _singles(market, market.person(), market.random.randint(8, 30))


def heavy(market):
    return _singles(market, market.person(), market.random.randint(31, 60))


def by_the_case(market):
    """A family drinks one or two cases in the month; whoever is at home scans, sometimes on the same phone."""
    family = [market.person()]
    for _ in range(market.random.randint(0, 2)):
        member = market.person(family[0].region, address=family[0].address)
        if market.chance(0.3):
            member.device = family[0].device
        family.append(member)
    tries = []
    for _ in range(market.random.choice((1, 1, 1, 2))):
        units = market.case(family[0].region).left
        tries += [usual(market, market.moment(), market.random.choice(family), code_no) for code_no in units]
    return tries


def bulk(market):
    """A shop or an office buys cases and one person scans all of them in an afternoon."""
    person, at = market.person(), market.moment()
    tries = []
    for _ in range(market.random.randint(2, 5)):
        for code_no in sorted(market.case(person.region).left):
            at += timedelta(seconds=market.random.uniform(6, 30))
            tries.append(usual(market, at, person, code_no))
    return tries


def banquet(market):
    """Sixty people behind one address in an hour; the host sweeps up what is left."""
    region, address, at = market.random.randrange(DEALERS), f"banquet-{market.random.random()}", market.moment()
    units = [code_no for _ in range(6) for code_no in market.case(region).left]
    market.random.shuffle(units)
    tries = []
    for number in range(60):
        person = market.person(region, address=address)
        count = 1 + market.random.randrange(2) if number else 20
        for _ in range(min(count, len(units))):
            moment = at + timedelta(seconds=market.random.uniform(0, 3600))
            tries.append(usual(market, moment, person, units.pop()))
    return tries


BEHAVIOURS = {
    "casual": casual,
    "regular": regular,
    "by_the_case": by_the_case,
    "heavy": heavy,
    "bulk": bulk,
}
