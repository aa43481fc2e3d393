"""Scans over HTTP, by who asks."""

from app.scans.routes import exports, promises, reports, revocations, simulations
from app.scans.routes.console import console
from app.scans.routes.consumer import consumer
from app.scans.routes.joining import joining
from app.scans.routes.pages import landing
from app.scans.routes.resolver import resolver
from app.scans.routes.terminal import terminal

BLUEPRINTS = (landing, resolver, consumer, joining, terminal, console, exports.dealer, exports.terminal)

__all__ = ["BLUEPRINTS", "promises", "reports", "revocations", "simulations"]
