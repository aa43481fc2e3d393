"""Identity over HTTP."""

from app.identity.routes.api_keys import api_keys
from app.identity.routes.auth import auth
from app.identity.routes.console import console
from app.identity.routes.consumer import consumer
from app.identity.routes.session import session_routes

BLUEPRINTS = (auth, session_routes, consumer, console, api_keys)
