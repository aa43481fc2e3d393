"""Codes over HTTP."""

from app.codes.routes import batches, imports, packing, repacking
from app.codes.routes.batches import print_base, shown

BLUEPRINTS = (
    batches.console,
    packing.console,
    repacking.console,
    repacking.open_api,
    imports.console,
    imports.open_api,
)

__all__ = ["BLUEPRINTS", "print_base", "shown"]
