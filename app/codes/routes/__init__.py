"""Codes over HTTP."""

from app.codes.routes import markets, plain_links
from app.codes.routes.batches import console, print_base, shown

BLUEPRINTS = (
    console,
    markets.console,
    markets.consumer,
    plain_links.console,
    plain_links.consumer,
    plain_links.host_files,
)

__all__ = ["BLUEPRINTS", "print_base", "shown"]
