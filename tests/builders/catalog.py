"""Products for tests."""

import itertools

from sqlalchemy.orm import Session

from app import catalog
from app.catalog.rules import check_digit

_serials = itertools.count(1)


def a_gtin(serial: int | None = None) -> str:
    """A fresh, valid GTIN-13 of a Chinese prefix."""
    body = f"690{serial or next(_serials):09}"
    return body + str(check_digit(body))


def a_product(
    session: Session, *, name="清泉饮用天然水", name_en="Qingquan water", brand_line="清泉"
) -> catalog.Product:
    return catalog.create_product(session, name=name, name_en=name_en, brand_line=brand_line)


def a_sku(
    session: Session,
    *,
    product: catalog.Product | None = None,
    gtin: str | None = None,
    name="清泉饮用天然水",
    spec="500ml×24",
    suggested_fen: int | None = 200,
    shelf_life_days: int | None = 365,
) -> catalog.Sku:
    product = product or a_product(session)
    return catalog.add_sku(
        session,
        product_id=product.id,
        gtin=gtin or a_gtin(),
        name=name,
        spec=spec,
        suggested_fen=suggested_fen,
        shelf_life_days=shelf_life_days,
    )
