"""Campaigns over HTTP, and the states of codes: an activation may bind them to a campaign."""

from app.campaigns.routes import budgets, conditions, promises, states
from app.campaigns.routes.shell import console

BLUEPRINTS = (console,)

__all__ = ["BLUEPRINTS", "budgets", "conditions", "promises", "states"]
