"""Everything that must stand before the first purchase: shops, articles, coded batches, cases, shipments."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from app import campaigns, catalog, channel, codes, commissions, custody, identity, tenancy
from app.catalog.rules import check_digit
from app.kit.transaction import global_transaction, transaction
from config.dev.replay_plan import Plan
from config.dev.replay_values import Article, Purchases

TERMINAL_FEN, DEALER_FEN = 12, 5
CHUNK = 50  # articles or shops of a transaction: its time-outs are those of production
ARTICLE_GTIN, CASE_GTIN = "69{:010}", "089999999999"
STAFF = 1

T = TypeVar("T")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Shop:
    """A store of the data as a terminal."""

    store_id: int
    terminal_id: int
    owner_id: int


@dataclass(frozen=True, slots=True)
class Stocked:
    """The brand of one replay. Codes of units lie in the order of the plan; `dealers` by number, ids."""

    brand_id: int
    shops: list[Shop]
    dealers: dict[int, int]
    first_unit: int
    first_case: int


def stock(purchases: Purchases, plan: Plan, progress: Progress) -> Stocked:
    """A new brand whose goods are on their shelves, as of the week before the first purchase."""
    at = plan.starts_at
    brand_id = _found_brand()
    dealers = _add_dealers(brand_id, sorted(set(plan.dealer_of.values())), at)
    shops: list[Shop] = []
    for chunk in _chunks(list(enumerate(purchases.stores))):
        with transaction(brand_id) as session:
            shops += [
                _open_shop(session, store_id, dealers[plan.dealer_of[index]], at) for index, store_id in chunk
            ]
        progress("shops", len(shops), len(purchases.stores))
    first_case = _mint_cases(brand_id, len(plan.cases.lo), at)
    first_unit = _mint_articles(brand_id, purchases.articles, plan, first_case, progress)
    _ship(brand_id, plan, dealers, first_case, progress)
    return Stocked(brand_id, shops, dealers, first_unit, first_case)


def _found_brand() -> int:
    slug = f"replay-{secrets.token_hex(4)}"
    with global_transaction() as session:
        return tenancy.add_brand(session, slug=slug, name="重放", name_en="Replay", color="#0A6CFF")


def _add_dealers(brand_id: int, numbers: Sequence[int], at: datetime) -> dict[int, int]:
    with transaction(brand_id) as session:
        channel.create_dealer(session, name="品牌直营", house=True, at=at)
        return {number: channel.create_dealer(session, name=f"经销商{number}", at=at).id for number in numbers}


def _open_shop(session: Session, store_id: int, dealer_id: int, at: datetime) -> Shop:
    terminal = channel.create_terminal(
        session, dealer_id=dealer_id, name=f"门店{store_id}", county="310101", at=at
    )
    owner_id = identity.make_person(session, nickname=f"店主{store_id}", at=at)
    identity.grant_role(session, person_id=owner_id, role="owner", scope_id=terminal.id, by=None, at=at)
    return Shop(store_id, terminal.id, owner_id)


def _mint_cases(brand_id: int, count: int, at: datetime) -> int:
    """One roll of case labels; what a label is glued on, the packing says. The first number."""
    with transaction(brand_id) as session:
        product = catalog.create_product(session, name="周转箱", name_en="Shipping case")
        sku = _add_sku(session, product.id, CASE_GTIN, ("周转箱", ""))
        batch = codes.mint_batch(
            session, sku_id=sku, number="CASES", level="case", count=count, has_inner=False, at=at
        )
        codes.activate(session, batch_id=batch.id, by=STAFF, at=at)
    return batch.lo


def _add_sku(session: Session, product_id: int, gtin_body: str, names: tuple[str, str]) -> int:
    gtin = gtin_body + str(check_digit(gtin_body))
    return catalog.add_sku(session, product_id=product_id, gtin=gtin, name=names[0], spec=names[1]).id


def _mint_articles(
    brand_id: int, articles: Sequence[Article], plan: Plan, first_case: int, progress: Progress
) -> int:
    """Every article as a SKU with one batch of exactly its units; the first code number of all."""
    products: dict[str, int] = {}
    with transaction(brand_id) as session:
        rule_id = commissions.add_rule(
            session, name="动销返利", terminal_fen=TERMINAL_FEN, dealer_fen=DEALER_FEN, at=plan.starts_at
        ).id
    cases = _cases_of_articles(plan, len(articles))
    first = 0
    for done, chunk in enumerate(_chunks(list(enumerate(articles)))):
        with transaction(brand_id) as session:
            for index, article in chunk:
                sku = _register(session, article, products)
                batch = _launch(session, article, sku, rule_id, plan)
                _pack(session, plan, cases[index], (batch.lo, int(plan.units.starts[index])), first_case)
                first = first or batch.lo
                _require_place(batch.lo, first + int(plan.units.starts[index]))
        progress("articles", done * CHUNK + len(chunk), len(articles))
    return first


def _require_place(got: int, planned: int) -> None:
    if got != planned:
        raise LookupError(f"a batch begins at {got}, not at {planned}: somebody else mints in this brand")


def _cases_of_articles(plan: Plan, articles: int) -> list[list[int]]:
    """The places of the cases of each article."""
    found: list[list[int]] = [[] for _ in range(articles)]
    article = plan.units.starts.searchsorted(plan.cases.lo, side="right") - 1
    for case, index in enumerate(article.tolist()):
        found[index].append(case)
    return found


def _register(session: Session, article: Article, products: dict[str, int]) -> int:
    """The SKU's id; articles of one kind are sizes of one product."""
    if article.kind not in products:
        products[article.kind] = catalog.create_product(session, name=article.kind, name_en=article.kind).id
    body = ARTICLE_GTIN.format(article.number)
    return _add_sku(session, products[article.kind], body, (article.kind, article.spec))


def _launch(session: Session, article: Article, sku_id: int, rule_id: int, plan: Plan) -> codes.BatchInfo:
    """Mint, promise every unit the same prize, and activate.

    One tier, so that what a store's units win can be told from the data alone: which codes draw which of
    several prizes is secret by design, and an article's batch is sold in many stores.
    """
    name, at = f"A{article.number}", plan.starts_at
    batch = codes.mint_batch(
        session, sku_id=sku_id, number=name, level="unit", count=article.units, has_inner=False, at=at
    )
    new = campaigns.NewCampaign(
        name=name,
        batch_id=batch.id,
        starts_at=at,
        ends_at=plan.ends_at,
        per_person_limit=None,
        per_person_day_limit=None,
        tiers=(campaigns.NewTier("返现", article.prize_fen, article.units, rule_id),),
    )
    campaign = campaigns.create_campaign(session, new, at=at)
    campaigns.activate(session, batch_id=batch.id, campaign_id=campaign.id, by=STAFF, at=at)
    return batch


def _pack(session: Session, plan: Plan, cases: Sequence[int], place: tuple[int, int], first_case: int) -> None:
    """What the line packed: each case's stretch of codes; `place` is the batch's first code and unit."""
    code_no, unit = place
    lo = [code_no + int(plan.cases.lo[case]) - unit for case in cases]
    ranges = [
        (start, start + int(plan.cases.size[case]), first_case + case)
        for start, case in zip(lo, cases, strict=True)
    ]
    codes.pack_ranges(session, ranges=ranges, at=plan.starts_at)


def _ship(brand_id: int, plan: Plan, dealers: dict[int, int], first_case: int, progress: Progress) -> None:
    shipments = list(plan.cases.shipments())
    for done, (dealer, week, lo, hi) in enumerate(shipments, 1):
        with transaction(brand_id) as session:
            custody.ship(
                session,
                dealer_id=dealers[dealer],
                number=f"D{dealer}W{week}",
                code_nos=range(first_case + lo, first_case + hi),
                at=plan.shipped_at(week),
            )
        progress("shipments", done, len(shipments))


def _chunks(items: Sequence[T]) -> list[Sequence[T]]:
    return [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
