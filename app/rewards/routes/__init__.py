"""Prizes over HTTP: for who won them, for shops that hand them over, for dealers and the brand behind them."""

from app.rewards.routes import delivering
from app.rewards.routes.console import console
from app.rewards.routes.consumer import consumer
from app.rewards.routes.dealer import dealer
from app.rewards.routes.terminal import terminal

BLUEPRINTS = (consumer, terminal, dealer, console)

__all__ = ["BLUEPRINTS", "delivering"]
