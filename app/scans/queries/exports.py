"""What is a dealer's or a shop's own, read in portions: each row belongs to the one who takes it away.

A portion is one short transaction, so that a slow reader at the other end holds nothing open. Rows are never
changed and their ids are ordered by time, so portions taken one after the other fit together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from app import attribution, channel, codes, commissions, custody
from app.kit.csv_text import Value

PORTION = 1000
OUTCOMES = {"paid": "已付", "held": "留存", "refused": "未付"}
Party = Literal["dealer", "terminal"]
Values = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose rows; ``terminal_id`` is one of a dealer's shops, where each is asked for in turn."""

    kind: Party
    id: int
    terminal_id: int | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Ids from and to, both exclusive."""

    after: int
    before: int


@dataclass(frozen=True, slots=True)
class Portion:
    """Rows as read, and after which id the next portion begins; None after the last one."""

    rows: Sequence[Any]
    next_after: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: its columns with what they mean, how a portion is read, and how a row is shown afterwards."""

    name: str
    title: str
    columns: Mapping[str, str]
    read: Callable[[Session, Owner, Bounds], Portion]
    show: Callable[[int, Any], Values]
    by_shop: bool = False


def _portion(rows: Sequence[Any]) -> Portion:
    return Portion(rows, rows[-1].id if len(rows) == PORTION else None)


def _terminals(session: Session, owner: Owner, bounds: Bounds) -> Portion:
    """All shops, whenever they came: the bounds only turn the pages."""
    return _portion(channel.terminals_after(session, owner.id, after=bounds.after, limit=PORTION))


def _shipments(session: Session, owner: Owner, bounds: Bounds) -> Portion:
    return _portion(custody.shipments_after(session, owner.id, **asdict(bounds), limit=PORTION))


def _openings(session: Session, owner: Owner, bounds: Bounds) -> Portion:
    dealer_id = owner.id if owner.kind == "dealer" else None
    shop = owner.terminal_id or owner.id
    return _portion(custody.openings_after(session, shop, dealer_id=dealer_id, **asdict(bounds), limit=PORTION))


def _commissions(session: Session, owner: Owner, bounds: Bounds) -> Portion:
    rows = commissions.commissions_after(
        session, role=owner.kind, party_id=owner.id, **asdict(bounds), limit=PORTION
    )
    return _portion(rows)


def _sales(session: Session, owner: Owner, bounds: Bounds) -> Portion:
    """A dealer's sales stand in an index of their own; a shop's are found by its commissions."""
    if owner.kind == "dealer":
        return _portion(attribution.sales_after(session, owner.id, **asdict(bounds), limit=PORTION))
    earned = _commissions(session, owner, bounds)
    by_source: dict[str, list[str]] = {}
    for row in earned.rows:
        by_source.setdefault(row.source, []).append(row.source_id)
    sales = [
        sale
        for source, ids in by_source.items()
        for sale in attribution.sales_of(session, source=source, source_ids=ids, terminal_id=owner.id)
    ]
    return Portion(sales, earned.next_after)


def _shown_terminal(_brand_id: int, shop: Any) -> Values:
    return (shop.name, shop.county, shop.address, shop.phone, shop.latitude, shop.longitude, shop.state)


def _shown_shipment(_brand_id: int, row: Any) -> Values:
    return (row.number, row.codes, row.shipped_at)


def _shown_opening(brand_id: int, row: Any) -> Values:
    shop = channel.directory(brand_id).terminal_name(row.terminal_id)
    foreign = "是" if row.foreign_opening else "否"
    return (codes.text_of(brand_id, row.case_no), shop, row.opened_at, foreign)


def _shown_commission(brand_id: int, row: Any) -> Values:
    return (
        row.at,
        _unit(brand_id, row.source_id),
        f"{row.amount_fen // 100}.{row.amount_fen % 100:02}",
        OUTCOMES[row.outcome],
        commissions.reason_text(row.reason),
        row.rule_version,
    )


def _shown_sale(brand_id: int, row: Any) -> Values:
    shop = channel.directory(brand_id).terminal_name(row.terminal_id) if row.terminal_id else None
    said = attribution.reason_text(row.reason)
    return (row.at, _unit(brand_id, row.source_id), shop, f"C{row.person_id}", said)


def _unit(brand_id: int, source_id: str) -> str | None:
    return codes.text_of(brand_id, int(source_id.partition(":")[0]))


TERMINALS = Sheet(
    "terminals",
    "门店",
    {
        "门店": "shop",
        "区县代码": "county, GB/T 2260",
        "地址": "address",
        "电话": "phone, masked",
        "纬度": "latitude, WGS 84",
        "经度": "longitude, WGS 84",
        "状态": "active or closed",
    },
    _terminals,
    _shown_terminal,
)
SHIPMENTS = Sheet(
    "shipments",
    "收货",
    {"发货单号": "number of the delivery note", "码数": "codes as scanned", "发货时间": "shipped at"},
    _shipments,
    _shown_shipment,
)
OPENINGS = Sheet(
    "openings",
    "开箱",
    {
        "箱码": "code of the case",
        "门店": "shop that opened it",
        "开箱时间": "opened at",
        "外来货": "是 (yes): the case was shipped to another dealer",
    },
    _openings,
    _shown_opening,
    by_shop=True,
)
COMMISSIONS = Sheet(
    "commissions",
    "佣金",
    {
        "时间": "at",
        "码": "code of the unit",
        "金额(元)": "amount in yuan",
        "结果": "已付 paid, 留存 held, 未付 not paid",
        "原因": "why",
        "规则版本": "version of the rule",
    },
    _commissions,
    _shown_commission,
)
SALES = Sheet(
    "sales",
    "动销与顾客",
    {
        "时间": "at",
        "码": "code of the unit",
        "门店": "shop that served",
        "顾客": "the customer, the same for the same person",
        "归属原因": "why it counts for you",
    },
    _sales,
    _shown_sale,
)
SHEETS: Mapping[Party, tuple[Sheet, ...]] = {
    "dealer": (TERMINALS, SHIPMENTS, OPENINGS, COMMISSIONS, SALES),
    "terminal": (OPENINGS, COMMISSIONS, SALES),
}
