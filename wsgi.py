"""The WSGI application: ``gunicorn -c config/gunicorn.py wsgi:app``."""

import os

from app.factory import create_app
from config.settings import Settings

app = create_app(Settings.from_env(os.environ))
