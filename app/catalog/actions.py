from dataclasses import asdict
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.catalog.errors import GtinTaken, InvalidCompanyPrefix, InvalidGtin, LinkTaken
from app.catalog.models import CompanyPrefixRow, LinkRow, ProductRow, SkuRow
from app.catalog.queries import Link, Product, Sku, link_of, link_row, product, sku
from app.catalog.rules import canonical_gtin, is_company_prefix
from app.kit import cache
from app.kit.ids import new_id


def set_company_prefix(session: Session, *, prefix: str) -> None:
    """Note the brand's GS1 company prefix, replacing an older one. Raises `InvalidCompanyPrefix`."""
    if not is_company_prefix(prefix):
        raise InvalidCompanyPrefix(prefix=prefix)
    brand_id = session.info["brand_id"]
    row = insert(CompanyPrefixRow).values(brand_id=brand_id, id=new_id(), prefix=prefix)
    session.execute(row.on_conflict_do_update(index_elements=["brand_id"], set_={"prefix": prefix}))
    cache.bump(session, brand_id)


def create_product(session: Session, *, name: str, name_en: str = "", brand_line: str = "") -> Product:
    """Register a product; `add_sku` gives it sizes."""
    row = ProductRow(name=name, name_en=name_en, brand_line=brand_line)
    session.add(row)
    session.flush()
    return Product(row.id, row.name, row.name_en, row.brand_line, ())


def add_sku(
    session: Session,
    *,
    product_id: int,
    gtin: str,
    name: str,
    spec: str,
    suggested_fen: int | None = None,
    shelf_life_days: int | None = None,
) -> Sku:
    """Register one size of a product. Raises `InvalidGtin`, `GtinTaken`, `UnknownProduct`."""
    digits = canonical_gtin(gtin)
    if digits is None:
        raise InvalidGtin(gtin=gtin)
    product(session, product_id)
    brand_id = session.info["brand_id"]
    values = {
        "brand_id": brand_id,
        "id": new_id(),
        "product_id": product_id,
        "gtin": digits,
        "name": name,
        "spec": spec,
        "suggested_fen": suggested_fen,
        "shelf_life_days": shelf_life_days,
    }
    once = insert(SkuRow).values(values).on_conflict_do_nothing(index_elements=["brand_id", "gtin"])
    added = session.execute(once.returning(SkuRow.id)).scalar()
    if added is None:
        raise GtinTaken(gtin=gtin)
    cache.bump(session, brand_id)
    return sku(session, added)


def add_link(session: Session, *, sku_id: int, link: Link, at: datetime) -> LinkRow:
    """Let the SKU's Digital Link lead to one more address. Raises `UnknownSku`, `LinkTaken`."""
    sku(session, sku_id)
    brand_id = session.info["brand_id"]
    values = {"brand_id": brand_id, "id": new_id(), "sku_id": sku_id, "created_at": at, **asdict(link)}
    once = insert(LinkRow).values(values).on_conflict_do_nothing().returning(LinkRow.id)
    added = session.execute(once).scalar()
    if added is None:
        raise LinkTaken(link_type=link.link_type)
    cache.bump(session, brand_id)
    return link_row(session, added)


def remove_link(session: Session, *, link_id: int) -> Link:
    """Forget a link; returns what it was. Raises `UnknownLink`."""
    row = link_row(session, link_id)
    gone = link_of(row)
    session.delete(row)
    session.flush()
    cache.bump(session, session.info["brand_id"])
    return gone
