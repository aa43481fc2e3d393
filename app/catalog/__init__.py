"""Owns what the brand makes: products, their sizes (SKUs) and the GTINs on them."""

from app.catalog.actions import add_link, add_sku, create_product, set_company_prefix
from app.catalog.errors import GtinTaken, InvalidGtin, UnknownProduct, UnknownSku
from app.catalog.queries import (
    Item,
    Link,
    Product,
    ProductFacts,
    Sku,
    company_prefix,
    gtin14_of,
    item_of_gtin,
    product,
    product_facts,
    sku,
)
from app.catalog.rules import gln, number_of_sscc, sgln_urn, sgtin_urn, sscc, sscc_of, sscc_urn

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
    "company_prefix",
    "create_product",
    "gln",
    "gtin14_of",
    "item_of_gtin",
    "number_of_sscc",
    "product",
    "product_facts",
    "set_company_prefix",
    "sgln_urn",
    "sgtin_urn",
    "sku",
    "sscc",
    "sscc_of",
    "sscc_urn",
]
