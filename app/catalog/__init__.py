"""Owns what the brand makes: products, their sizes (SKUs) and the GTINs on them."""

from app.catalog.actions import add_sku, create_product
from app.catalog.errors import GtinTaken, InvalidGtin, UnknownProduct, UnknownSku
from app.catalog.queries import Product, ProductFacts, Sku, product, product_facts, sku

__all__ = [
    "GtinTaken",
    "InvalidGtin",
    "Product",
    "ProductFacts",
    "Sku",
    "UnknownProduct",
    "UnknownSku",
    "add_sku",
    "create_product",
    "product",
    "product_facts",
    "sku",
]
