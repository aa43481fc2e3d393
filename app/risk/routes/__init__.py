"""HTTP: the brand's lists, thresholds and appeals; and the person's appeals."""

from app.risk.routes import console, consumer

BLUEPRINTS = (console.console, consumer.consumer)
