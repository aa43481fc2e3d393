"""Codes over HTTP."""

from app.codes.routes import alarms
from app.codes.routes.batches import console, shown

BLUEPRINTS = (console, alarms.console)

__all__ = ["BLUEPRINTS", "shown"]
