"""Trace over HTTP."""

from app.trace.routes.console import console
from app.trace.routes.events import console as console_events
from app.trace.routes.events import open_api
from app.trace.routes.pages import public

BLUEPRINTS = (public, console, console_events, open_api)
