"""Codes over HTTP."""

from app.codes.routes import authenticity, batches, imports, markets, packing, plain_links, repacking, standing
from app.codes.routes.batches import print_base, shown
from app.codes.routes.shell import console

BLUEPRINTS = (
    console,
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

__all__ = ["BLUEPRINTS", "authenticity", "batches", "print_base", "shown", "standing"]
