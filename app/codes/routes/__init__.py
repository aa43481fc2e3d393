"""Codes over HTTP."""

from app.codes.routes import batches, imports, packing
from app.codes.routes.batches import print_base, shown

BLUEPRINTS = (batches.console, packing.console, imports.console, imports.open_api)

__all__ = ["BLUEPRINTS", "print_base", "shown"]
