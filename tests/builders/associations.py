"""Files of a line, and the imports they become."""

import itertools
from collections.abc import Iterable

from sqlalchemy.orm import Session

from app import codes
from app.kit import clock
from tests.builders.catalog import a_sku
from tests.builders.codes import Packed, a_batch, texts_of

FILES = "/api/console/associations/files"
_serials = itertools.count(1)


def line_batches(session: Session, *, units=48, cases=2, pallets=1) -> Packed:
    """Units, cases and pallets of one product, nothing packed."""
    sku = a_sku(session)
    return Packed(
        a_batch(session, sku=sku, count=units),
        a_batch(session, sku=sku, level="case", count=cases),
        a_batch(session, sku=sku, level="pallet", count=pallets),
    )


def texts(session: Session, made: Packed) -> tuple[list[str], list[str], list[str]]:
    """The texts of units, cases and pallets, in order."""
    return tuple(texts_of(session, batch) for batch in (made.units, made.cases, made.pallets))


def line_file(pairs: Iterable[tuple[str, ...]], *, head="", columns="parent,child", ends="\n") -> bytes:
    lines = [*head.splitlines(), *([columns] if columns else []), *(",".join(pair) for pair in pairs)]
    return (ends.join(lines) + ends).encode()


def in_order(cases: list[str], units: list[str], per_case: int) -> list[tuple[str, str]]:
    return [(cases[place // per_case], unit) for place, unit in enumerate(units)]


def upload(client, headers, body: bytes, *, name: str | None = None, path=FILES, **query):
    given = {"name": name or f"line-{next(_serials)}.csv", **query}
    return client.post(path, query_string=given, data=body, headers=headers, content_type="text/csv")


def parents(session: Session, numbers: Iterable[int]) -> list[int | None]:
    paths = (codes.ancestors(session, number) for number in numbers)
    return [path[1] if len(path) > 1 else None for path in paths]


def an_api_key(client, headers, scopes=("codes.read", "codes.write")) -> dict[str, str]:
    asked = {"name": f"line {clock.now():%f}", "scopes": list(scopes)}
    key = client.post("/api/console/api-keys", json=asked, headers=headers).get_json()["key"]
    return {"Authorization": f"Bearer {key}"}
