"""Codes over HTTP."""

from app.codes.routes import alarms, consumer, deliveries, links, packs, specs
from app.codes.routes.batches import console, shown

BLUEPRINTS = (
    console,
    specs.console,
    packs.console,
    deliveries.console,
    alarms.console,
    consumer.consumer,
    links.links,
)

__all__ = ["BLUEPRINTS", "shown"]
