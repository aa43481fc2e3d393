"""Five attacks, each of a size, a speed and a care that the seed draws anew."""

from datetime import timedelta

from tests.load.risk_market import DEALERS, UNITS, Try


def recycled_caps(market):
    """Three gangs buy the caps of restaurants and scan them on a handful of accounts."""
    tries = []
    for _ in range(3):
        region = market.random.randrange(DEALERS)
        regions = [region] if market.chance(0.6) else [region, *market.random.sample(range(DEALERS), 2)]
        caps = _caps(market, regions, cases=market.random.randint(30, 60))
        accounts = market.random.randint(8, 20)
        devices = [f"gang-{market.random.random()}" for _ in range(max(1, accounts // 3))]
        gang = [
            market.person(
                region,
                attack="recycled_caps",
                device=devices[number % len(devices)],
                located=market.chance(0.3),
                ranks=((3, 0.15), (4, 0.10)),
                verify=0.6,
            )
            for number in range(accounts)
        ]
        tries += _in_sessions(market, gang, caps, size=(10, 40), pause=(5, 15))
    return tries


def _caps(market, regions, *, cases):
    """Of each case of a restaurant the most, all mixed; the guests have scanned the rest."""
    caps = []
    for _ in range(cases):
        region = market.random.choice(regions)
        case = market.case(region)
        share = market.random.uniform(0.4, 0.95)
        taken = int(UNITS * share)
        caps += case.left[:taken]
        case.left = case.left[taken:]
        if case.left:
            market.restaurants[region].append(case)
    market.random.shuffle(caps)
    return caps


def _in_sessions(market, people, codes, *, size, pause, night=0.2):
    """Somebody of the people takes a handful and scans one after the other."""
    codes, tries = list(codes), []
    while codes:
        person, at = market.random.choice(people), market.moment(night=market.chance(night))
        for _ in range(min(len(codes), market.random.randint(*size))):
            at += timedelta(seconds=market.random.uniform(*pause))
            tries.append(Try(at, person, codes.pop(), looked_after=market.random.uniform(1, 4)))
    return tries


def leaked_pack(market):
    """Somebody has the print file of goods that are still in the warehouse."""
    dealer = market.random.randrange(DEALERS)
    cases = market.pallets(dealer, market.random.randint(60, 110))
    codes = [code_no for case in cases for code_no in sorted(case.left)]
    if market.chance(0.5):
        market.random.shuffle(codes)
    scripted = market.chance(0.6)
    proxies = [f"proxy-{market.random.random()}" for _ in range(market.random.randint(5, 15))]
    accounts = [
        market.person(
            attack="leaked_pack",
            address=market.random.choice(proxies),
            located=False,
            ranks=((3, 0.2), (4, 0.2)),
            verify=0.4,
        )
        for _ in range(market.random.randint(15, 40))
    ]
    tries = _in_sessions(market, accounts, codes, size=(20, 60), pause=(2, 20), night=0.4)
    for one in tries:
        one.looked_after = None if scripted else market.random.uniform(0.5, 3)
    return tries


def emulator_farm(market):
    """Many accounts, few codes each, from a mixed stock of caps; a fresh cookie and a proxy for each."""
    stock = _caps(market, market.random.sample(range(DEALERS), 5), cases=market.random.randint(80, 140))
    proxies = [f"farm-{market.random.random()}" for _ in range(market.random.randint(20, 40))]
    known = market.random.uniform(0.85, 0.95)
    scripted, spoofs = market.chance(0.5), market.chance(0.5)
    accounts = [
        market.person(
            attack="emulator_farm",
            address=market.random.choice(proxies),
            located=spoofs,
            ranks=((3, known / 2), (4, known / 2)),
            verify=0.2,
        )
        for _ in range(market.random.randint(80, 150))
    ]
    tries = _in_sessions(market, accounts, stock, size=(1, 3), pause=(10, 60), night=0.4)
    for one in tries:
        one.looked_after = None if scripted and market.chance(0.8) else market.random.uniform(1, 5)
    return tries


def insider(market):
    """People of a warehouse scan case after case that nobody has bought, on their own and cousins' accounts."""
    tries = []
    for _ in range(3):
        region = market.random.randrange(DEALERS)
        family = [
            market.person(region, attack="insider", ranks=((3, 0.03), (4, 0.01)), verify=0.9)
            for _ in range(market.random.randint(2, 4))
        ]
        cases = market.pallets(region, market.random.randint(20, 40))
        codes = [code_no for case in cases for code_no in sorted(case.left)]
        codes.reverse()
        tries += _in_sessions(market, family, codes, size=(24, 96), pause=(4, 10))
    return tries


def resold_links(market):
    """A collector sells links by the dozen to people all over the country; some collectors try them out first."""
    stock = _caps(market, market.random.sample(range(DEALERS), market.random.randint(3, 8)), cases=60)
    tried_out = market.chance(0.6)
    seller = market.person(attack="resold_links", ranks=((3, 0.3), (4, 0.2)))
    tries = []
    while stock:
        buyer = market.person(attack="resold_links", ranks=((3, 0.07), (4, 0.03)), verify=0.85)
        links = [stock.pop() for _ in range(min(len(stock), market.random.randint(25, 60)))]
        bought = _in_sessions(market, [buyer], links, size=(8, 20), pause=(8, 30))
        for one in bought:
            one.handled = tried_out
        tries += bought
    return [*tries, *_looks_of(market, seller, tries)] if tried_out else tries


def _looks_of(market, seller, tries):
    """The seller's own looks, an hour before the sale: tries that end before the claim."""
    looks = []
    for one in tries:
        at = one.at - timedelta(minutes=market.random.uniform(60, 600))
        looks.append(Try(at, seller, one.code_no, tries=-1))
    return looks


ATTACKS = (recycled_caps, leaked_pack, emulator_farm, insider, resold_links)
