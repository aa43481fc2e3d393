import sys

import click
from flask.cli import with_appcontext
from sqlalchemy import text

from app import tenancy
from app.books.queries import prove
from app.kit.transaction import global_transaction, transaction


@click.command("prove")
@with_appcontext
def prove_all() -> None:
    """Check every invariant of every brand; exits with 1 when one does not hold."""
    with global_transaction() as session:
        brands = tenancy.all_brand_ids(session)
    wrong = 0
    for brand_id in brands:
        with transaction(brand_id) as session:
            session.execute(text("SET LOCAL statement_timeout = '10min'"))
            findings = prove(session)
        for package, found in findings.items():
            click.echo(f"{tenancy.brand(brand_id).slug} {package}: {'ok' if not found else '; '.join(found)}")
            wrong += len(found)
    sys.exit(1 if wrong else 0)


COMMANDS = (prove_all,)
