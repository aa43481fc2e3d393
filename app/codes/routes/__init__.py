"""Codes over HTTP."""

from app.codes.routes import (
    alarms,
    authenticity,
    batches,
    consumer,
    deliveries,
    imports,
    links,
    markets,
    packing,
    packs,
    plain_links,
    repacking,
    specs,
    standing,
)
from app.codes.routes.batches import shown
from app.codes.routes.shell import console

BLUEPRINTS = (
    console,
    specs.console,
    packs.console,
    deliveries.console,
    alarms.console,
    consumer.consumer,
    links.links,
    packing.console,
    repacking.console,
    repacking.open_api,
    imports.console,
    imports.open_api,
    markets.console,
    markets.consumer,
    plain_links.console,
    plain_links.consumer,
    plain_links.host_files,
)

__all__ = ["BLUEPRINTS", "authenticity", "batches", "shown", "standing"]
