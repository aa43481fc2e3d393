"""Commands of the house: migrate, worker, openapi."""

import json

import click
from flask import current_app
from flask.cli import with_appcontext

from app.kit import openapi as document_writer
from app.kit import schema
from app.kit.database import database
from app.kit.worker import Worker, stop_on_signals


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database's schema to head."""
    schema.upgrade(database.engine.url.render_as_string(hide_password=False))


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run background jobs until told to stop."""
    made: Worker = current_app.extensions["malu_worker"]
    stop_on_signals(made)
    made.run_forever()


@click.command("openapi")
def openapi() -> None:
    """Print the OpenAPI 3.1 document."""
    click.echo(json.dumps(document_writer.document(current_app), ensure_ascii=False, indent=1, sort_keys=True))


COMMANDS = (migrate, worker, with_appcontext(openapi))
