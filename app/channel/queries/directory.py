"""The directory: who is who and supplies whom, remembered by every process."""

from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from app.channel.rules import Directory, TerminalTable
from app.kit.cache import Versioned
from app.kit.database import raw

ACTIVE = "active"
SLICE = 5000
DEALERS = "SELECT id, name, house, state FROM channel_dealer WHERE brand_id = %s"
AREAS = "SELECT county, dealer_id FROM channel_dealer_area WHERE brand_id = %s"
TERMINALS = "SELECT id, dealer_id, name, county FROM channel_terminal WHERE brand_id = %s ORDER BY id"


def _load_directory(session: Session, brand_id: int) -> Directory:
    connection = raw(session)
    dealers = connection.execute(DEALERS, (brand_id,)).fetchall()
    active = {dealer_id for dealer_id, _, _, state in dealers if state == ACTIVE}
    areas = connection.execute(AREAS, (brand_id,)).fetchall()
    return Directory(
        house_dealer_id=next((dealer_id for dealer_id, _, house, _ in dealers if house), None),
        dealer_names={dealer_id: name for dealer_id, name, _, _ in dealers},
        county_dealers={county: dealer_id for county, dealer_id in areas if dealer_id in active},
        terminals=TerminalTable.of(_terminal_rows(connection, brand_id)),
    )


def _terminal_rows(connection: psycopg.Connection[Any], brand_id: int) -> Iterator[tuple[int, int, str, str]]:
    """Rows in slices, so that a hundred thousand terminals never stand in memory as Python objects."""
    cursor = connection.execute(TERMINALS, (brand_id,))
    while rows := cursor.fetchmany(SLICE):
        yield from rows


_directories = Versioned(_load_directory)


def directory(brand_id: int) -> Directory:
    """Names and connections of dealers and terminals, from memory; call it outside of transactions."""
    return _directories.get(brand_id)
