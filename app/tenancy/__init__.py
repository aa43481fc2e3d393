"""Owns the brands: their hosts, platform apps, key slots and sealed credentials."""

from app.tenancy.actions import (
    add_brand,
    add_host,
    add_key_slots,
    put_host_file,
    register_app,
    remove_host_file,
    store_secret,
)
from app.tenancy.errors import UnknownBrand, UnknownHostFile
from app.tenancy.queries import (
    all_brand_ids,
    apps,
    brand,
    brand_for_host,
    endpoints,
    host_file,
    host_file_page,
    key_slots,
    lookup_key,
    secret,
    slot_secret,
    use_endpoints,
)
from app.tenancy.rules import HOST_FILE_NAME, Brand, KeySlot, PlatformApp

__all__ = [
    "HOST_FILE_NAME",
    "Brand",
    "KeySlot",
    "PlatformApp",
    "UnknownBrand",
    "UnknownHostFile",
    "add_brand",
    "add_host",
    "add_key_slots",
    "all_brand_ids",
    "apps",
    "brand",
    "brand_for_host",
    "endpoints",
    "host_file",
    "host_file_page",
    "key_slots",
    "lookup_key",
    "put_host_file",
    "register_app",
    "remove_host_file",
    "secret",
    "slot_secret",
    "store_secret",
    "use_endpoints",
]
