from app.channel.routes import changes, imports, inviting, registering
from app.channel.routes.console import console
from app.channel.routes.consumer import consumer
from app.channel.routes.dealer import dealer
from app.channel.routes.terminal import terminal

BLUEPRINTS = (
    console,
    consumer,
    dealer,
    terminal,
    changes.console,
    changes.dealer,
    imports.console,
    imports.open_api,
    inviting.console,
    inviting.dealer,
    inviting.terminal,
    registering.console,
    registering.dealer,
)
