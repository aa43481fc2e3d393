"""HTTP: the brand's case files and map, its inspectors, and the dealer's side."""

from app.diversion.routes import console, counties, dealer, inspections

BLUEPRINTS = (console.console, inspections.console, counties.console, dealer.dealer)
