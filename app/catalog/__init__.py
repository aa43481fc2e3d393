"""Owns what the brand makes: products, their sizes (SKUs) and the GTINs on them."""

from app.catalog.actions import add_link, add_sku, create_product
from app.catalog.errors import GtinTaken, InvalidGtin, UnknownProduct, UnknownSku
from app.catalog.queries import (
    Item,
    Link,
    Product,
    ProductFacts,
    Sku,
    gtin14_of,
    item_of_gtin,
    product,
    product_facts,
    sku,
)

__all__ = [
    "GtinTaken",
    "InvalidGtin",
    "Item",
    "Link",
    "Product",
    "ProductFacts",
    "Sku",
    "UnknownProduct",
    "UnknownSku",
    "add_link",
    "add_sku",
    "create_product",
    "gtin14_of",
    "item_of_gtin",
    "product",
    "product_facts",
    "sku",
]
