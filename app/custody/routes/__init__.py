from app.custody.routes.console import console
from app.custody.routes.dealer import dealer
from app.custody.routes.openings import openings
from app.custody.routes.other_systems import other_systems
from app.custody.routes.terminal import terminal

BLUEPRINTS = (console, dealer, terminal, openings, other_systems)
