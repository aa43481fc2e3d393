"""What risk is told of looks and claims, put together after the fact from what custody and attribution keep."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import attribution, codes, custody, risk
from app.kit.clock import business_day

BATCH = 500
FRESH = timedelta(hours=1)  # a page that stays open longer than that is as good as none
SOON = timedelta(minutes=1)
E6 = 1_000_000
IsFar = Callable[[int, str | None, datetime], bool | None]


@dataclass(frozen=True, slots=True)
class Happened:
    """Looks and claims between two ids, with the earlier looks at the codes that were claimed."""

    looks: Sequence[custody.looks.Look]
    sales: Sequence[attribution.Sale]
    earlier: Sequence[custody.looks.Look]
    upto: int


def happened(session: Session, *, after: int, before: int) -> Happened:
    """As much as one round takes; ``upto`` says how far it went."""
    looks = custody.looks.looks_between(session, after=after, before=before, limit=BATCH)
    sales = attribution.sales_between(session, source="claim", after=after, before=before, limit=BATCH)
    ends = [rows[-1].id for rows in (looks, sales) if len(rows) == BATCH]
    upto = min([before - 1, *ends])
    claimed = [sale for sale in sales if sale.id <= upto]
    earlier = custody.looks.looks_at(session, [_code_no(sale) for sale in claimed])
    return Happened([look for look in looks if look.id <= upto], claimed, earlier, upto)


def observed(brand_id: int, what: Happened, is_far: IsFar) -> list[tuple[int, risk.Seen]]:
    """Observations with the ids of what was observed. Batches come from memory: call it outside transactions."""
    earlier: dict[int, list[custody.looks.Look]] = defaultdict(list)
    for look in what.earlier:
        earlier[look.code_no].append(look)
    seen = [(look.id, _look(look)) for look in what.looks]
    return seen + [(sale.id, _claim(brand_id, sale, earlier[_code_no(sale)], is_far)) for sale in what.sales]


def _code_no(sale: attribution.Sale) -> int:
    return int(sale.source_id.partition(":")[0])


def _look(look: custody.looks.Look) -> risk.Seen:
    return risk.Seen(
        kind="look",
        at=look.at,
        code_no=look.code_no,
        pack=risk.pack_of(look.code_no, look.case_no),
        person_id=look.person_id,
        device=look.device,
        address=look.address_hash,
        place=_place(look),
    )


def _claim(brand_id: int, sale: attribution.Sale, looks: Sequence[custody.looks.Look], is_far: IsFar) -> risk.Seen:
    code_no, path, holder = _code_no(sale), sale.evidence["path"], sale.evidence["dealer_id"]
    before = [look for look in looks if look.at <= sale.at]
    own = next((look for look in reversed(before) if look.person_id in {None, sale.person_id}), None)
    if own is not None and own.at < sale.at - FRESH:
        own = None
    made_on = codes.states.made_on(brand_id, code_no)
    return risk.Seen(
        kind="claim",
        at=sale.at,
        code_no=code_no,
        pack=risk.pack_of(code_no, path[1] if len(path) > 1 else None),
        person_id=sale.person_id,
        device=own.device if own else None,
        address=own.address_hash if own else None,
        dealer_id=holder,
        far=is_far(holder, own.county, sale.at) if own and holder is not None else None,
        handled=was_handled(before, own) if own else None,
        bare=own is None,
        unsold=sale.terminal_id is None,
        age_days=(business_day(sale.at) - made_on).days if made_on else None,
        place=_place(own) if own else None,
    )


def was_handled(looks: Sequence[custody.looks.Look], own: custody.looks.Look) -> bool:
    """Whether another device has looked at the code well before the one that claimed it."""
    return any(look.device != own.device and look.at < own.at - SOON for look in looks)


def _place(look: custody.looks.Look) -> tuple[float, float] | None:
    if look.latitude_e6 is None or look.longitude_e6 is None:
        return None
    return look.latitude_e6 / E6, look.longitude_e6 / E6
