import base64
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app.kit.errors import AppError
from app.kit.resealing import Progress, SealedColumn, reseal, sealed_columns
from app.kit.sealing import master_context
from app.kit.transaction import global_transaction, transaction
from app.tenancy.actions import add_brand, add_host, keep_lookup_key, keep_slot_keys, rotate_slots
from app.tenancy.queries import all_brand_ids, brand_of_slug

MASTER_KEY_BYTES = 32
AT_ONCE = 200
Scope = Callable[[], AbstractContextManager[Session]]


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


@click.command("rotate-slots")
@click.option("--brand", "slug", required=True, help="The brand's slug.")
@with_appcontext
def rotate(slug: str) -> None:
    """Mint a brand's codes with a new pair of keys; what was printed is read as before."""
    try:
        with global_transaction() as session:
            outer, inner = rotate_slots(session, brand_id=brand_of_slug(session, slug))
    except AppError as refusal:
        raise click.ClickException(refusal.message_en) from refusal
    click.echo(f"{slug} mints with {outer} (outer) and {inner} (inner)")


@click.command("rotate-master")
@with_appcontext
def rotate_master() -> None:
    """Seal every secret again under the first of MALU_MASTER_KEY; then the others may be dropped.

    Broken off, it is run again. Put the new key first, restart every process, run this, drop the old keys.
    """
    with global_transaction() as session:
        brands = all_brand_ids(session)
    for brand_id in brands:
        with global_transaction() as session:
            keep_slot_keys(session, brand_id=brand_id)
        with transaction(brand_id) as session:
            keep_lookup_key(session)
    scopes = [partial(transaction, brand_id) for brand_id in brands]
    shut = sum(_reseal_column(sealed, scopes) for sealed in sealed_columns())
    if shut:
        raise click.ClickException(
            "what none of the keys opens stays as it is; keep the old keys until it is known"
        )


def _reseal_column(sealed: SealedColumn, scopes: Sequence[Scope]) -> int:
    """Say how many secrets of a column were sealed again; how many cannot be opened."""
    places: Sequence[Scope] = [global_transaction] if sealed.is_global else scopes
    steps = [step for place in places for step in _steps(sealed, place)]
    shut = sum(step.unreadable for step in steps)
    told = f"{sum(step.resealed for step in steps)} sealed again" + (f", {shut} cannot be opened" if shut else "")
    click.echo(f"{sealed.model.__tablename__}.{sealed.column.key}: {told}")
    return shut


def _steps(sealed: SealedColumn, open_transaction: Scope) -> Iterator[Progress]:
    """A bounded number of rows to a transaction, so that no lock is held for long."""
    after, more = None, True
    while more:
        with open_transaction() as session:
            progress = reseal(session, sealed, after=after, limit=AT_ONCE)
        yield progress
        after, more = progress.last, progress.last is not None


@click.command("new-master-key")
@click.option("--id", "key_id", required=True, help="A name that no key had before, such as 2.")
@with_appcontext
def new_master_key(key_id: str) -> None:
    """Print a new master key, wrapped where there is a KMS, as it is put in front of MALU_MASTER_KEY."""
    key, kms = secrets.token_bytes(MASTER_KEY_BYTES), current_app.config["MALU_KMS"]
    if kms is None:
        click.echo(f"{key_id}:{base64.b64encode(key).decode()}")
        return
    wrapped = kms.wrap(key, context=master_context(key_id))
    click.echo(f"{key_id}:kms:{base64.b64encode(wrapped).decode()}")


COMMANDS = (brand, rotate, rotate_master, new_master_key)
