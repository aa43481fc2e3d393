"""Codes over HTTP."""

from app.codes.routes import authenticity, batches, markets, plain_links, standing
from app.codes.routes.batches import print_base, shown
from app.codes.routes.shell import console

BLUEPRINTS = (
    console,
    markets.console,
    markets.consumer,
    plain_links.console,
    plain_links.consumer,
    plain_links.host_files,
)

__all__ = ["BLUEPRINTS", "authenticity", "batches", "print_base", "shown", "standing"]
