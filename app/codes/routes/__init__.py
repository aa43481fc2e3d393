"""Codes over HTTP."""

from app.codes.routes import batches, packing
from app.codes.routes.batches import print_base, shown

BLUEPRINTS = (batches.console, packing.console)

__all__ = ["BLUEPRINTS", "print_base", "shown"]
