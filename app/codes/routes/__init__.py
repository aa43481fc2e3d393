"""Codes over HTTP."""

from app.codes.routes import links, markets
from app.codes.routes.batches import console, print_base, shown

BLUEPRINTS = (console, links.console, links.consumer, links.host_files, markets.console, markets.consumer)

__all__ = ["BLUEPRINTS", "print_base", "shown"]
