from app.channel.routes.console import console
from app.channel.routes.dealer import dealer
from app.channel.routes.terminal import terminal

BLUEPRINTS = (console, dealer, terminal)
