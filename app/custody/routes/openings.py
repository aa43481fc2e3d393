"""A shop opens the cases that it has bought."""

from datetime import datetime
from typing import Any

from app import catalog, channel, codes, identity
from app.custody import errors, schemas
from app.custody.actions import open_case, read_case
from app.custody.rules import Opening, opening_reason
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract, language
from app.kit.transaction import transaction

openings = blueprint("custody.openings", __name__, "terminal")


@openings.post("/openings")
@contract(
    accepts=schemas.NewOpeningSchema,
    returns=schemas.OpeningSchema,
    errors=(
        codes.UnknownCode,
        codes.InactiveCode,
        codes.FrozenCode,
        codes.VoidCode,
        errors.NotACase,
        errors.AlreadyOpened,
        channel.UnknownTerminal,
        channel.TerminalNotChosen,
    ),
)
def open_scanned_case(*, code: str, terminal_id: int | None) -> dict[str, Any]:
    """扫箱码开箱"""
    actor, at = identity.current_actor(), clock.now()
    case = _read_case(code, actor, at)
    with transaction(brand_id()) as session:
        shop = channel.get_own_terminal(session, actor, terminal_id)
        opening = open_case(session, code_no=case.code_no, terminal_id=shop.id, person_id=actor.person_id, at=at)
    return _shown(opening, case, shop.name)


def _read_case(code: str, actor: identity.Actor, at: datetime) -> codes.CodeRead:
    """A case that never left the house is a leak, also before a shop."""
    try:
        return read_case(brand_id(), code)
    except codes.InactiveCode:
        read = codes.read(brand_id(), code)
        if read is not None:
            with transaction(brand_id()) as session:
                codes.states.note_leak(session, read, device=f"person:{actor.person_id}", county=None, at=at)
        raise


def _shown(opening: Opening, case: codes.CodeRead, shop_name: str) -> dict[str, Any]:
    """The opening as the shop may see it: its own dealer's name, never the holder's."""
    dealer_id = opening.terminal_dealer_id
    return {
        "code": case.text,
        "product": catalog.product_facts(brand_id(), case.batch.sku_id),
        "units": opening.units,
        "terminal": {"id": opening.terminal_id, "name": shop_name},
        "dealer": {"id": dealer_id, "name": channel.directory(brand_id()).dealer_name(dealer_id)},
        "opened_at": opening.opened_at,
        "repeated": opening.repeated,
        "foreign": opening.foreign_opening,
        "reason": opening_reason(opening, language()),
    }
