"""Staff are made at the command line: nobody can invite themselves over HTTP."""

import click
from flask.cli import AppGroup

from app.identity.actions import create_staff
from app.kit import clock
from app.kit.errors import AppError
from app.kit.transaction import transaction

staff = AppGroup("staff", help="Logins of brand staff.")
STAFF_ROLES = ("brand_admin", "brand_operator", "auditor")


@staff.command("create")
@click.option("--brand", "brand_id", type=int, required=True, help="The brand's id.")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(STAFF_ROLES), default="brand_admin", show_default=True)
@click.password_option(help="12 to 128 characters; asked for when not given.")
def create(*, brand_id: int, email: str, name: str, role: str, password: str) -> None:
    """Give somebody a login and a role in a brand; prints the TOTP secret once."""
    try:
        with transaction(brand_id) as session:
            made = create_staff(session, email=email, name=name, password=password, role=role, at=clock.now())
    except AppError as refusal:
        raise click.ClickException(refusal.message_en) from refusal
    click.echo(f"person {made.person_id}: {role}")
    if made.totp_secret is None:
        click.echo("the login existed; its password and authenticator are unchanged")
    else:
        click.echo(f"authenticator secret {made.totp_secret}\n{made.totp_uri}")


COMMANDS = (staff,)
