"""Campaigns over HTTP, and the states of codes: an activation may bind them to a campaign."""

from app.campaigns.routes import conditions, promises, states
from app.campaigns.routes.shell import console

BLUEPRINTS = (console,)

__all__ = ["BLUEPRINTS", "conditions", "promises", "states"]
