from collections.abc import Sequence
from typing import Any

from app import catalog, channel, codes, identity
from app.custody import errors, schemas
from app.custody.actions import open_case, read_case, read_shipped, ship
from app.custody.rules import Opening, Shipped, opening_reason
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract, language
from app.kit.transaction import transaction

console = blueprint("custody", __name__, "console")
terminal = blueprint("custody", __name__, "terminal")
BLUEPRINTS = (console, terminal)


@console.post("/shipments")
@identity.requires_role("brand_admin", "brand_operator")
@contract(
    accepts=schemas.NewShipmentSchema,
    returns=schemas.ShipmentSchema,
    errors=(errors.WrongCode, errors.ShipmentNumberTaken, channel.UnknownDealer),
    status=201,
)
def ship_goods(*, dealer_id: int, number: str, codes: Sequence[str]) -> Shipped:
    """发货给经销商 (同一单号重复提交不会重复记录)"""
    at = clock.now()
    code_nos = read_shipped(brand_id(), codes)
    with transaction(brand_id()) as session:
        shipped = ship(session, dealer_id=dealer_id, number=number, code_nos=code_nos, at=at)
        if not shipped.repeated:
            identity.record(
                session,
                actor=identity.current_actor(),
                action="custody.goods_shipped",
                subject=f"shipment:{shipped.id}",
                before=None,
                after={"number": number, "dealer_id": str(dealer_id), "codes": shipped.codes},
                at=at,
            )
        return shipped


@terminal.post("/openings")
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
    case = read_case(brand_id(), code)
    with transaction(brand_id()) as session:
        shop = channel.get_own_terminal(session, actor, terminal_id)
        opening = open_case(session, code_no=case.code_no, terminal_id=shop.id, person_id=actor.person_id, at=at)
    return _shown(opening, case, shop.name)


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
