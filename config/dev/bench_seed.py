"""Fills the bench's database through the product's own verbs, in a process of its own.

``python -m config.dev.bench_seed make SIZE FILE`` writes the plan: whom the load may play and what it may scan;
``… tokens FILE`` signs everybody in again, because access tokens live for minutes.
"""

import itertools
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from app import campaigns, catalog, channel, codes, commissions, custody, identity, tenancy
from app.catalog.rules import check_digit
from app.factory import create_app
from app.kit import clock
from app.kit.transaction import global_transaction, transaction
from app.platforms import PlatformIdentity
from app.risk.actions import set_limits
from app.risk.rules.limits import MOST, NAMES
from config.settings import Settings

HOST = "bench.malu.test"
TOLERANT = dict.fromkeys(NAMES, MOST)  # a load looks like fraud, and would be held back
CHUNK = 100  # rows of one kind in a transaction: its time-outs are those of production
GTIN_BODY = "690000000001"


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: all units are active; the load claims those of `open_cases` and `closed_cases`."""

    units: int
    per_case: int
    dealers: int
    terminals: int
    persons: int
    open_cases: int
    closed_cases: int


SIZES = {
    "full": Size(1_008_000, 24, 8, 50, 2_000, 2_400, 600),
    "quick": Size(1_008_000, 24, 8, 50, 400, 400, 100),
    "campaigns": Size(48_000, 24, 4, 16, 400, 1_600, 400),
    "small": Size(4_800, 24, 2, 4, 64, 40, 10),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What the load needs to know. `people` are (id, access token), `codes` (number, text)."""

    brand_id: int
    host: str
    campaign_id: int
    units: int
    people: list[tuple[int, str]]
    codes: list[tuple[int, str]]

    @classmethod
    def read(cls, file: Path) -> "Plan":
        kept = json.loads(file.read_text(encoding="utf-8"))
        return cls(**{field.name: kept[field.name] for field in fields(cls)})

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self)), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Goods:
    units: codes.BatchInfo
    cases: codes.BatchInfo
    per_case: int

    def some_cases(self, count: int) -> list[int]:
        """Cases spread evenly over the batch, so that neighbours in time are not neighbours on disk."""
        stride = (self.cases.hi - self.cases.lo) // count
        return [self.cases.lo + stride * place for place in range(count)]

    def units_of(self, case_no: int) -> tuple[int, int]:
        lo = self.units.lo + (case_no - self.cases.lo) * self.per_case
        return lo, lo + self.per_case


def main(argv: Sequence[str]) -> int:
    app = create_app(Settings.from_env(os.environ))
    with app.app_context():
        match argv:
            case ["make", size, file]:
                make(SIZES[size], clock.now()).write(Path(file))
            case ["tokens", file]:
                _sign_in_again(Path(file), clock.now())
            case _:
                raise SystemExit(__doc__)
    return 0


def make(size: Size, at: datetime) -> Plan:
    brand_id = _found_brand()
    shops = list(_open_shops(brand_id, size, at))
    goods = _mint(brand_id, size, at)
    _ship(brand_id, goods, [shop.dealer_id for shop in shops[: size.dealers]], at)
    campaign_id = _launch(brand_id, goods, at)
    wanted = goods.some_cases(size.open_cases + size.closed_cases)
    closed = set(wanted[:: len(wanted) // size.closed_cases][: size.closed_cases])
    _open_cases(brand_id, [case for case in wanted if case not in closed], shops, at)
    persons = list(_people(brand_id, size.persons, at))
    people = [(person_id, _token(brand_id, person_id, at)) for person_id in persons]
    return Plan(brand_id, HOST, campaign_id, size.units, people, list(_texts(brand_id, goods, wanted)))


@dataclass(frozen=True, slots=True)
class Shop:
    terminal_id: int
    dealer_id: int
    owner_id: int


def _found_brand() -> int:
    with global_transaction() as session:
        brand_id = tenancy.add_brand(session, slug="bench", name="基准", name_en="Bench", color="#0A6CFF")
        tenancy.add_host(session, brand_id=brand_id, host=HOST)
    with transaction(brand_id) as session:
        set_limits(session, TOLERANT, at=clock.now())
    return brand_id


def _open_shops(brand_id: int, size: Size, at: datetime) -> Iterator[Shop]:
    with transaction(brand_id) as session:
        channel.create_dealer(session, name="品牌直营", house=True, at=at)
        dealers = [
            channel.create_dealer(session, name=f"第{number}经销商", at=at).id for number in range(size.dealers)
        ]
    for number, dealer_id in zip(range(size.terminals), itertools.cycle(dealers), strict=False):
        with transaction(brand_id) as session:
            terminal = channel.create_terminal(
                session, dealer_id=dealer_id, name=f"便利店{number}", county="310101", address=f"{number}号", at=at
            )
            owner_id = identity.make_person(session, nickname=f"店主{number}", at=at)
            identity.grant_role(session, person_id=owner_id, role="owner", scope_id=terminal.id, by=None, at=at)
        yield Shop(terminal.id, dealer_id, owner_id)


def _mint(brand_id: int, size: Size, at: datetime) -> Goods:
    with transaction(brand_id) as session:
        product = catalog.create_product(session, name="清泉饮用天然水", name_en="Spring water")
        sku = catalog.add_sku(
            session,
            product_id=product.id,
            gtin=GTIN_BODY + str(check_digit(GTIN_BODY)),
            name="清泉饮用天然水",
            spec="500ml×24",
        )
        batches = [
            codes.mint_batch(
                session,
                sku_id=sku.id,
                number=f"B-{level}",
                level=level,
                count=count,
                has_inner=level == "unit",
                made_on=clock.business_day(at),
                at=at,
            )
            for level, count in (("unit", size.units), ("case", size.units // size.per_case))
        ]
        units, cases = batches
        codes.pack(session, parents_batch_id=cases.id, children_batch_id=units.id, per_parent=size.per_case, at=at)
    return Goods(units, cases, size.per_case)


def _ship(brand_id: int, goods: Goods, dealers: Sequence[int], at: datetime) -> None:
    """Each dealer gets an equal stretch of the cases."""
    bounds = [
        goods.cases.lo + (goods.cases.hi - goods.cases.lo) * part // len(dealers)
        for part in range(len(dealers) + 1)
    ]
    for number, (dealer_id, (lo, hi)) in enumerate(zip(dealers, itertools.pairwise(bounds), strict=True)):
        with transaction(brand_id) as session:
            custody.ship(session, dealer_id=dealer_id, number=f"FH{number}", code_nos=range(lo, hi), at=at)


def _launch(brand_id: int, goods: Goods, at: datetime) -> int:
    """Every code wins, so that every claim pays three parties: the dearest claim there is."""
    size = goods.units.hi - goods.units.lo
    with transaction(brand_id) as session:
        rule_id = commissions.add_rule(session, name="动销返利", terminal_fen=20, dealer_fen=10, at=at).id
        tiers = (
            campaigns.NewTier("一等奖", 8_800, 10, rule_id),
            campaigns.NewTier("二等奖", 500, size // 100, rule_id),
            campaigns.NewTier("三等奖", 30, size - size // 100 - 10, rule_id),
        )
        new = campaigns.NewCampaign(
            name="开盖有礼",
            batch_id=goods.units.id,
            starts_at=at - timedelta(days=1),
            ends_at=at + timedelta(days=30),
            per_person_limit=None,
            per_person_day_limit=1_000_000,
            tiers=tiers,
        )
        campaign = campaigns.create_campaign(session, new, at=at)
        campaigns.activate(session, batch_id=goods.units.id, campaign_id=campaign.id, by=1, at=at)
        campaigns.activate(session, batch_id=goods.cases.id, campaign_id=None, by=1, at=at)
    return campaign.id


def _open_cases(brand_id: int, cases: Sequence[int], shops: Sequence[Shop], at: datetime) -> None:
    """Opened by a shop of the dealer who holds the case, but for one in fifty, which is somebody else's."""
    for chunk in _chunks(cases):
        with transaction(brand_id) as session:
            for place, case_no in enumerate(chunk):
                shop = _shop_for(session, case_no, shops, stranger=place % 50 == 0)
                custody.open_case(
                    session, code_no=case_no, terminal_id=shop.terminal_id, person_id=shop.owner_id, at=at
                )


def _shop_for(session: Session, case_no: int, shops: Sequence[Shop], *, stranger: bool) -> Shop:
    holder = custody.lineage(session, case_no).dealer_id
    fitting = [shop for shop in shops if (shop.dealer_id == holder) is not stranger]
    return fitting[case_no % len(fitting)]


def _people(brand_id: int, count: int, at: datetime) -> Iterator[int]:
    for chunk in _chunks(range(count)):
        with transaction(brand_id) as session:
            for number in chunk:
                known = PlatformIdentity("wechat", "wx0000000000000001", f"oBench{number:08}")
                yield identity.sign_in(session, identity=known, at=at).id


def _token(brand_id: int, person_id: int, at: datetime) -> str:
    with transaction(brand_id) as session:
        return identity.open_session(session, person_id=person_id, audience="consumer", at=at).access_token


def _texts(brand_id: int, goods: Goods, cases: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The texts under the caps."""
    for chunk in _chunks(cases):
        with transaction(brand_id) as session:
            for case_no in chunk:
                lo, hi = goods.units_of(case_no)
                for code in codes.printed(session, batch_id=goods.units.id, lo=lo, hi=hi):
                    yield code.code_no, code.inner or code.outer


def _sign_in_again(file: Path, at: datetime) -> None:
    plan = Plan.read(file)
    plan.people[:] = [(person_id, _token(plan.brand_id, person_id, at)) for person_id, _ in plan.people]
    plan.write(file)


def _chunks(items: Sequence[int]) -> Iterator[Sequence[int]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
