"""Codes over HTTP."""

from app.codes.routes import authenticity, batches, standing
from app.codes.routes.batches import print_base, shown
from app.codes.routes.shell import console

BLUEPRINTS = (console,)

__all__ = ["BLUEPRINTS", "authenticity", "batches", "print_base", "shown", "standing"]
