import click
from flask.cli import with_appcontext

from app.kit.transaction import global_transaction
from app.tenancy.actions import add_brand, add_host


@click.group("brand")
def brand() -> None:
    """Brands of this installation."""


@brand.command("add")
@click.option("--slug", required=True)
@click.option("--name", required=True)
@click.option("--name-en", required=True)
@click.option("--color", default="#C8281A", show_default=True)
@click.option("--host", required=True, help="The host its codes are printed with.")
@with_appcontext
def add(slug: str, name: str, name_en: str, color: str, host: str) -> None:
    """Found a brand."""
    with global_transaction() as session:
        brand_id = add_brand(session, slug=slug, name=name, name_en=name_en, color=color)
        add_host(session, brand_id=brand_id, host=host)
    click.echo(brand_id)


COMMANDS = (brand,)
