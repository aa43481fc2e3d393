"""Documents, goods and ways as the screens of every audience show them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from app import catalog, channel, codes
from app.custody import queries
from app.custody.rules import Document, Party, Run
from app.kit.http import brand_id
from app.kit.paging import Page

MOST_SHOWN = 500
Follow = Mapping[tuple[int, str], Document]


def party(names: channel.Directory, one: Party) -> dict[str, Any]:
    name = None
    if one.terminal_id is not None:
        name = names.terminal_name(one.terminal_id)
    elif one.dealer_id is not None:
        name = names.dealer_name(one.dealer_id)
    return {"kind": one.kind, "id": one.id, "name": name}


def document(names: channel.Directory, made: Document, follow: Follow | None = None) -> dict[str, Any]:
    """A document with the names of its parties, and when it was received or taken back."""
    received, taken_back = ((follow or {}).get((made.id, kind)) for kind in ("received", "reversed"))
    return asdict(made) | {
        "sender": party(names, made.sender),
        "receiver": party(names, made.receiver),
        "received_at": received.at if received else None,
        "reversed_at": taken_back.at if taken_back else None,
    }


def page(session: Session, names: channel.Directory, found: Page[Document]) -> dict[str, Any]:
    follow = queries.documents_about(session, [made.id for made in found.items])
    items = [document(names, made, follow) for made in found.items]
    return {"items": items, "next_cursor": found.next_cursor}


def detail(session: Session, names: channel.Directory, made: Document) -> dict[str, Any]:
    """A document with its goods, and what its receipt found missing or too much."""
    follow = queries.documents_about(session, [made.id])
    receipt = made if made.kind == "received" else follow.get((made.id, "received"))
    lists = {"goods": queries.runs_of_shipment(session, made.id)}
    for kind in ("missing", "surplus"):
        lists[kind] = queries.discrepancies_of(session, receipt.id, kind) if receipt else []
    return document(names, made, follow) | lists


def with_texts(found: dict[str, Any]) -> dict[str, Any]:
    """The lists of a `detail` as texts, made from memory after the transaction."""
    return found | {name: _some_codes(found[name]) for name in ("goods", "missing", "surplus")}


def _some_codes(runs: Sequence[Run]) -> dict[str, Any]:
    shown = texts(runs, most=MOST_SHOWN)
    return {"count": sum(run.hi - run.lo for run in runs), "codes": shown}


def texts(runs: Sequence[Run], *, most: int) -> list[str]:
    """The first codes of runs as they are printed."""
    numbers = (code_no for run in runs for code_no in range(run.lo, run.hi))
    return [codes.text_of(brand_id(), code_no) or "" for code_no, _ in zip(numbers, range(most), strict=False)]


def goods(read: codes.CodeRead, *, inside: int, held: bool) -> dict[str, Any]:
    return {
        "code": read.text,
        "level": read.batch.level,
        "state": str(read.state),
        "sku_id": read.batch.sku_id,
        "product": catalog.product_facts(brand_id(), read.batch.sku_id),
        "inside": inside,
        "held": held,
    }


def way(
    read: codes.CodeRead, found: queries.Way, names: channel.Directory, viewer: Collection[Party] | None
) -> dict[str, Any]:
    """The way of a code as far as it is the viewer's: the brand's staff (None) see all, others their own legs.

    Raises `codes.UnknownCode` when none of it is.
    """

    def may_see(*parties: Party) -> bool:
        return viewer is None or any(one.is_same_as(own) for one in parties for own in viewer)

    legs = [leg for leg in found.legs if may_see(leg.sender, leg.receiver)]
    openings = [one for one in found.openings if may_see(one.party)]
    if viewer is not None and not legs and not openings:
        raise codes.UnknownCode
    holder = found.holder if found.holder is not None and may_see(found.holder) else None
    places = {code_no: _place(code_no) for code_no in found.path}
    return {
        "code": read.text,
        "level": read.batch.level,
        "state": str(read.state),
        "product": catalog.product_facts(brand_id(), read.batch.sku_id),
        "holder": party(names, holder) if holder else None,
        "path": list(places.values()),
        "legs": [_leg(names, leg, places[leg.code_no]) for leg in legs],
        "openings": [
            places[one.case_no] | {"at": one.at, "terminal": party(names, one.party)} for one in openings
        ],
    }


def _place(code_no: int) -> dict[str, Any]:
    text = codes.text_of(brand_id(), code_no) or ""
    read = codes.read(brand_id(), text)
    return {"code": text, "level": read.batch.level if read else ""}


def _leg(names: channel.Directory, leg: queries.Leg, place: Mapping[str, Any]) -> dict[str, Any]:
    parties = {"sender": party(names, leg.sender), "receiver": party(names, leg.receiver)}
    return asdict(leg) | parties | dict(place)
