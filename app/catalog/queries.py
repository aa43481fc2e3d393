from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.errors import UnknownLink, UnknownProduct, UnknownSku
from app.catalog.models import CompanyPrefixRow, LinkRow, ProductRow, SkuRow
from app.catalog.rules import LONGEST, printed_gtin
from app.kit.cache import Versioned
from app.kit.paging import Page, page


@dataclass(frozen=True, slots=True)
class Sku:
    """A product in one size; ``gtin`` as it stands on the package, ``suggested_fen`` the price in fen."""

    id: int
    product_id: int
    gtin: str
    name: str
    spec: str
    suggested_fen: int | None
    shelf_life_days: int | None


@dataclass(frozen=True, slots=True)
class Product:
    """What the brand makes, with its sizes."""

    id: int
    name: str
    name_en: str
    brand_line: str
    skus: tuple[Sku, ...]


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What a consumer reads about the bottle in hand."""

    name: str
    spec: str
    gtin: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a SKU's Digital Link leads to, for those who ask for its type; ``language`` is zh or en."""

    link_type: str
    href: str
    title: str
    title_en: str
    language: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Item:
    """A SKU as its barcode names it, with its further links."""

    sku_id: int
    facts: ProductFacts
    links: tuple[Link, ...]


def sku_of(row: SkuRow) -> Sku:
    """The row as a value."""
    return Sku(
        row.id,
        row.product_id,
        printed_gtin(row.gtin),
        row.name,
        row.spec,
        row.suggested_fen,
        row.shelf_life_days,
    )


def sku(session: Session, sku_id: int) -> Sku:
    """A SKU by its id; raises `UnknownSku`."""
    row = session.scalar(select(SkuRow).where(SkuRow.id == sku_id))
    if row is None:
        raise UnknownSku(sku_id=str(sku_id))
    return sku_of(row)


def product(session: Session, product_id: int) -> Product:
    """A product with its SKUs; raises `UnknownProduct`."""
    row = session.scalar(select(ProductRow).where(ProductRow.id == product_id))
    if row is None:
        raise UnknownProduct(product_id=str(product_id))
    return _with_skus(session, [row])[0]


def product_page(session: Session, *, cursor: str | None, limit: int) -> Page[Product]:
    """Products, newest first, each with its SKUs."""
    found = page(session, select(ProductRow), ProductRow.id, cursor=cursor, limit=limit)
    return Page(_with_skus(session, found.items), found.next_cursor)


def _with_skus(session: Session, rows: Sequence[ProductRow]) -> list[Product]:
    statement = select(SkuRow).where(SkuRow.product_id.in_([row.id for row in rows])).order_by(SkuRow.id)
    skus: dict[int, list[Sku]] = {}
    for sku_row in session.scalars(statement):
        skus.setdefault(sku_row.product_id, []).append(sku_of(sku_row))
    return [Product(row.id, row.name, row.name_en, row.brand_line, tuple(skus.get(row.id, ()))) for row in rows]


def _load_facts(session: Session, brand_id: int) -> dict[int, ProductFacts]:
    statement = select(SkuRow.id, SkuRow.name, SkuRow.spec, SkuRow.gtin).where(SkuRow.brand_id == brand_id)
    return {
        sku_id: ProductFacts(name, spec, printed_gtin(gtin))
        for sku_id, name, spec, gtin in session.execute(statement)
    }


def _load_prefix(session: Session, brand_id: int) -> str | None:
    return session.scalar(select(CompanyPrefixRow.prefix).where(CompanyPrefixRow.brand_id == brand_id))


_prefixes = Versioned(_load_prefix)
_facts = Versioned(_load_facts)


def product_facts(brand_id: int, sku_id: int) -> ProductFacts:
    """Name, size and GTIN of a SKU, from memory; raises `UnknownSku`. Call it outside of transactions."""
    found = _facts.get(brand_id).get(sku_id)
    if found is None:
        raise UnknownSku(sku_id=str(sku_id))
    return found


def company_prefix(brand_id: int) -> str | None:
    """The brand's GS1 company prefix, from memory; None until it was told. Call it outside of transactions."""
    return _prefixes.get(brand_id)


def gtin14_of(brand_id: int, sku_id: int) -> str:
    """The GTIN of a SKU in its 14 digits, from memory; raises `UnknownSku`. Call it outside of transactions."""
    return product_facts(brand_id, sku_id).gtin.zfill(LONGEST)


def _load_items(session: Session, brand_id: int) -> Mapping[str, Item]:
    links: dict[int, list[Link]] = {}
    for row in session.scalars(select(LinkRow).where(LinkRow.brand_id == brand_id).order_by(LinkRow.id)):
        links.setdefault(row.sku_id, []).append(link_of(row))
    facts = _load_facts(session, brand_id)
    return {
        fact.gtin.zfill(LONGEST): Item(sku_id, fact, tuple(links.get(sku_id, ())))
        for sku_id, fact in facts.items()
    }


def link_of(row: LinkRow) -> Link:
    return Link(row.link_type, row.href, row.title, row.title_en, row.language, row.media_type)


_items = Versioned(_load_items)


def item_of_gtin(brand_id: int, gtin14: str) -> Item | None:
    """The SKU of a GTIN of 14 digits, from memory: none costs a statement. Call it outside of transactions."""
    return _items.get(brand_id).get(gtin14)


def links_of_sku(session: Session, sku_id: int) -> Sequence[LinkRow]:
    """The further links of a SKU, oldest first; raises `UnknownSku`."""
    sku(session, sku_id)
    return session.scalars(select(LinkRow).where(LinkRow.sku_id == sku_id).order_by(LinkRow.id)).all()


def link_row(session: Session, link_id: int) -> LinkRow:
    """Raises `UnknownLink`."""
    row = session.scalar(select(LinkRow).where(LinkRow.id == link_id))
    if row is None:
        raise UnknownLink(link_id=str(link_id))
    return row
