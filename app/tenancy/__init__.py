"""Owns the brands: their hosts, platform apps, key slots and sealed credentials."""

from app.tenancy.actions import add_brand, add_host, add_key_slots, register_app, store_secret
from app.tenancy.errors import UnknownBrand
from app.tenancy.queries import (
    all_brand_ids,
    apps,
    brand,
    brand_for_host,
    endpoints,
    key_slots,
    secret,
    slot_secret,
    use_endpoints,
)
from app.tenancy.rules import Brand, KeySlot, PlatformApp

__all__ = [
    "Brand",
    "KeySlot",
    "PlatformApp",
    "UnknownBrand",
    "add_brand",
    "add_host",
    "add_key_slots",
    "all_brand_ids",
    "apps",
    "brand",
    "brand_for_host",
    "endpoints",
    "key_slots",
    "register_app",
    "secret",
    "slot_secret",
    "store_secret",
    "use_endpoints",
]
