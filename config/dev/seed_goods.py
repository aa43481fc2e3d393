"""A brand's past: its shops, its goods on their way to the shelves, and the campaign on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import campaigns, catalog, channel, codes, commissions, custody, identity
from app.kit import clock
from config.dev.seed_stories import (
    CASES_PER_PALLET,
    DELIVERED,
    OPENINGS,
    PALLETS,
    PASSED_ON,
    SECOND_SHIPMENT,
    Shop,
    Size,
    Story,
    Supplier,
)

FOUNDED, MADE, MINTED, ACTIVATED, SHIPPED = (timedelta(days=days) for days in (40, 30, 26, 20, 14))
CAMPAIGN_LASTS = timedelta(days=180)
BIG_PRIZE_FEN = 800
EVERYDAY, BIG = ("日常联动", 20, 10), ("大奖联动", 500, 200)  # name, fen for the shop, fen for the dealer
PER_PERSON_DAY = 50
UNSOLD_CODES = 2400


@dataclass(frozen=True, slots=True)
class Channel:
    """Ids of what was founded: dealers in the order of the story, terminals by their name."""

    dealers: tuple[int, ...]
    terminals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Goods:
    units: codes.BatchInfo
    cases: codes.BatchInfo
    pallets: codes.BatchInfo


def make_past(session: Session, story: Story, people: Mapping[str, int], *, at: datetime) -> None:
    """Everything a brand does before the first consumer scans, all or nothing; ``people`` are ids by name."""
    founded = found_channel(session, story, people, at=at - FOUNDED)
    sizes = _sizes(session, story)
    goods = mint_goods(session, story, sizes[0], at=at)
    _mint_unsold(session, story, sizes[1], at=at)
    campaign_id = start_campaign(session, story, goods.units, at=at)
    office = identity.make_person(session, nickname=f"{story.name}运营", at=at - FOUNDED)
    for batch, campaign in ((goods.units, campaign_id), (goods.cases, None), (goods.pallets, None)):
        campaigns.activate(session, batch_id=batch.id, campaign_id=campaign, by=office, at=at - ACTIVATED)
    send_goods(session, story, goods, founded, at=at - SHIPPED)
    open_cases(session, story, goods, founded, people, at=at)
    pass_goods_on(session, story, goods, founded, people, at=at)


def found_channel(session: Session, story: Story, people: Mapping[str, int], *, at: datetime) -> Channel:
    dealers, terminals = [], {}
    for position, supplier in enumerate(story.suppliers):
        dealer = channel.create_dealer(
            session, name=supplier.name, counties=supplier.counties, house=position == 0, at=at
        )
        _appoint(session, people, supplier, dealer.id, at=at)
        dealers.append(dealer.id)
        for shop in supplier.shops:
            terminals[shop.name] = _open_shop(session, shop, dealer.id, people, at=at)
    return Channel(tuple(dealers), terminals)


def _open_shop(session: Session, shop: Shop, dealer_id: int, people: Mapping[str, int], *, at: datetime) -> int:
    terminal = channel.create_terminal(
        session,
        dealer_id=dealer_id,
        name=shop.name,
        county=shop.county,
        address=shop.address,
        place=channel.Place.of(*shop.place),
        at=at,
    )
    for role, who in (("owner", shop.owner), ("clerk", shop.clerk)):
        _grant(session, people, who, role, terminal.id, at=at)
    return terminal.id


def _appoint(
    session: Session, people: Mapping[str, int], supplier: Supplier, dealer_id: int, *, at: datetime
) -> None:
    for role, who in (("dealer", supplier.boss), ("salesman", supplier.salesman)):
        _grant(session, people, who, role, dealer_id, at=at)


def _grant(
    session: Session, people: Mapping[str, int], who: str | None, role: str, scope_id: int, *, at: datetime
) -> None:
    if who is not None:
        identity.grant_role(session, person_id=people[who], role=role, scope_id=scope_id, by=None, at=at)


def _sizes(session: Session, story: Story) -> list[catalog.Sku]:
    product = catalog.create_product(session, name=story.product, name_en=story.product_en, brand_line=story.name)
    return [_sku(session, story, size, product.id) for size in story.sizes]


def _sku(session: Session, story: Story, size: Size, product_id: int) -> catalog.Sku:
    return catalog.add_sku(
        session,
        product_id=product_id,
        gtin=size.gtin,
        name=story.product,
        spec=size.spec,
        suggested_fen=size.price_fen,
        shelf_life_days=story.shelf_life_days,
    )


def mint_goods(session: Session, story: Story, sku: catalog.Sku, *, at: datetime) -> Goods:
    """Units in pairs of faces, in cases, on pallets; the units come first, so their codes count from 1."""
    cases = PALLETS * CASES_PER_PALLET
    goods = Goods(
        _mint(session, story, sku, "01", level="unit", count=story.units, at=at),
        _mint(session, story, sku, "01-X", level="case", count=cases, at=at),
        _mint(session, story, sku, "01-D", level="pallet", count=PALLETS, at=at),
    )
    for parents, children, per_parent in (
        (goods.cases, goods.units, story.units_per_case),
        (goods.pallets, goods.cases, CASES_PER_PALLET),
    ):
        codes.pack(
            session,
            parents_batch_id=parents.id,
            children_batch_id=children.id,
            per_parent=per_parent,
            at=at - MINTED,
        )
    return goods


def _mint_unsold(session: Session, story: Story, sku: catalog.Sku, *, at: datetime) -> None:
    """Codes that the console may activate: nothing has happened to them yet."""
    _mint(session, story, sku, "02", level="unit", count=UNSOLD_CODES, at=at)


def _mint(
    session: Session, story: Story, sku: catalog.Sku, number: str, *, level: str, count: int, at: datetime
) -> codes.BatchInfo:
    made_on = clock.business_day(at - MADE)
    return codes.mint_batch(
        session,
        sku_id=sku.id,
        number=f"{story.prefix}{made_on:%y%m}-{number}",
        level=level,
        count=count,
        has_inner=level == "unit",
        made_on=made_on,
        expires_on=made_on + timedelta(days=story.shelf_life_days),
        at=at - MINTED,
    )


def start_campaign(session: Session, story: Story, units: codes.BatchInfo, *, at: datetime) -> int:
    """A campaign in which every unit wins; big prizes pay shop and dealer more."""
    everyday, big = (
        commissions.add_rule(session, name=name, terminal_fen=shop, dealer_fen=dealer, at=at - MINTED).id
        for name, shop, dealer in (EVERYDAY, BIG)
    )
    starts_at, _ = clock.day_bounds(clock.business_day(at - ACTIVATED))
    new = campaigns.NewCampaign(
        name=story.campaign,
        batch_id=units.id,
        starts_at=starts_at,
        ends_at=starts_at + CAMPAIGN_LASTS,
        per_person_limit=None,
        per_person_day_limit=PER_PERSON_DAY,
        tiers=tuple(
            campaigns.NewTier(
                prize.name, prize.amount_fen, prize.count, big if prize.amount_fen >= BIG_PRIZE_FEN else everyday
            )
            for prize in story.prizes
        ),
        confirmed=("ends_before_shelf_life",),
        confirmed_name=story.campaign,
    )
    return campaigns.create_campaign(session, new, at=at - MINTED).id


def send_goods(session: Session, story: Story, goods: Goods, founded: Channel, *, at: datetime) -> None:
    """The first pallet to the one dealer, some cases of the second to the other."""
    _, first, second = founded.dealers
    cases = [goods.cases.lo + case for case in SECOND_SHIPMENT]
    for number, dealer_id, code_nos in ((1, first, [goods.pallets.lo]), (2, second, cases)):
        custody.ship(
            session,
            dealer_id=dealer_id,
            number=f"{story.prefix}-FH{number:04}",
            code_nos=code_nos,
            at=at,
        )


def open_cases(
    session: Session,
    story: Story,
    goods: Goods,
    founded: Channel,
    people: Mapping[str, int],
    *,
    at: datetime,
) -> None:
    owners = {shop.name: shop.owner for shop in story.shops}
    for opened in OPENINGS:
        owner = owners[opened.shop]
        if owner is None:
            raise LookupError(opened.shop)
        custody.open_case(
            session,
            code_no=goods.cases.lo + opened.case,
            terminal_id=founded.terminals[opened.shop],
            person_id=people[owner],
            at=at - timedelta(days=opened.days_ago),
        )


def pass_goods_on(
    session: Session,
    story: Story,
    goods: Goods,
    founded: Channel,
    people: Mapping[str, int],
    *,
    at: datetime,
) -> None:
    """The dealers confirm what came; the first delivers two cases, of which one comes back, and passes one on."""
    _, first, second = (custody.Party(dealer_id) for dealer_id in founded.dealers)
    supplier = story.suppliers[1]
    shop = custody.Party(first.dealer_id, founded.terminals[supplier.shops[0].name])
    boss = people[supplier.boss or story.people[0]]
    for number, case, days_ago in ((1, DELIVERED[0], 13), (2, SECOND_SHIPMENT[0], 12)):
        shipment_id = custody.lineage(session, goods.cases.lo + case).shipment_id
        if shipment_id is None:
            raise LookupError(case)
        sent = custody.document(session, shipment_id)
        custody.receive(
            session,
            of=sent,
            receiver=sent.receiver,
            number=f"{story.prefix}-SH{number:04}",
            code_nos=(),
            by=boss,
            at=at - timedelta(days=days_ago),
        )
    passed: tuple[tuple[custody.Kind, str, custody.Party, custody.Party, Sequence[int], int], ...] = (
        ("delivered", "PH", first, shop, DELIVERED, 9),
        ("returned", "TH", shop, first, DELIVERED[1:], 5),
        ("transferred", "DB", first, second, PASSED_ON, 3),
    )
    for kind, letters, sender, receiver, cases, days_ago in passed:
        new = custody.NewDocument(kind, f"{story.prefix}-{letters}0001", sender, receiver, recorded_by=boss)
        code_nos = [goods.cases.lo + case for case in cases]
        custody.record_document(session, new, code_nos=code_nos, at=at - timedelta(days=days_ago))
