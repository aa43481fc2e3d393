"""WeChat's codes: how far each application is, and which of our numbers a scanned one is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import tenancy
from app.codes.errors import ForeignCode, NoMarketAccount, UnknownMarket
from app.codes.models import BatchRow, MarketActivationRow, MarketApplicationRow, MarketFileRow
from app.codes.rules import markets
from app.kit import files
from app.kit.cache import Versioned
from app.kit.errors import Unavailable
from app.kit.paging import Page, page
from app.platforms.wechat import ActiveCode, ServiceAccount, read_key

PLATFORM = "wechat"
MAPS_REMEMBERED = 1 << 10


@dataclass(frozen=True, slots=True)
class Market:
    """A batch whose labels carry WeChat's codes, ready to be scanned."""

    id: int
    lo: int
    runs: tuple[markets.IndexRun, ...]


def market_row(session: Session, market_id: int, *, lock: bool = False) -> MarketApplicationRow:
    """Raises `UnknownMarket`; ``lock`` keeps other writers of its activations out until the commit."""
    statement = select(MarketApplicationRow).where(MarketApplicationRow.id == market_id)
    row = session.scalar(statement.with_for_update() if lock else statement)
    if row is None:
        raise UnknownMarket(market_id=str(market_id))
    return row


def market_of_batch(session: Session, batch_id: int) -> MarketApplicationRow | None:
    return session.scalar(select(MarketApplicationRow).where(MarketApplicationRow.batch_id == batch_id))


def number_of(row: MarketApplicationRow) -> int:
    """WeChat's number of an application that has one; raises LookupError for one that was not made yet."""
    if row.application_id is None:
        raise LookupError("this application has no number yet")
    return row.application_id


def market_page(session: Session, *, cursor: str | None, limit: int) -> Page[MarketApplicationRow]:
    return page(session, select(MarketApplicationRow), MarketApplicationRow.id, cursor=cursor, limit=limit)


def activation_row(session: Session, activation_id: int) -> MarketActivationRow:
    """Raises `UnknownMarket`."""
    row = session.scalar(select(MarketActivationRow).where(MarketActivationRow.id == activation_id))
    if row is None:
        raise UnknownMarket(activation_id=str(activation_id))
    return row


def activation_page(
    session: Session, market_id: int, *, cursor: str | None, limit: int
) -> Page[MarketActivationRow]:
    statement = select(MarketActivationRow).where(MarketActivationRow.market_id == market_id)
    return page(session, statement, MarketActivationRow.id, cursor=cursor, limit=limit)


def runs_of(session: Session, market_id: int) -> tuple[markets.IndexRun, ...]:
    """The files of an application, in the order of its indexes."""
    statement = select(MarketFileRow).where(MarketFileRow.market_id == market_id)
    rows = session.scalars(statement.order_by(MarketFileRow.code_start))
    return tuple(markets.IndexRun(row.code_start, row.code_end, row.first_no) for row in rows)


def market_account(session: Session, app_id: str | None = None) -> ServiceAccount:
    """The brand's service account of this id, or its first, with its secret; raises `NoMarketAccount`."""
    for app in tenancy.apps(session.info["brand_id"]):
        if (app.platform, app.kind) == (PLATFORM, "service") and app_id in {None, app.app_id}:
            secret = _secret(session, f"{PLATFORM}:{app.app_id}")
            return ServiceAccount(app.app_id, secret, tenancy.endpoints(), app.open_account)
    raise NoMarketAccount


def mini_program_id(brand_id: int) -> str:
    """The mini-program that WeChat opens for the brand's codes; raises `NoMarketAccount`."""
    for app in tenancy.apps(brand_id):
        if (app.platform, app.kind) == (PLATFORM, "mini"):
            return app.app_id
    raise NoMarketAccount


def market_key(session: Session, app_id: str) -> bytes:
    """The key of the account's files; raises `NoMarketAccount`."""
    return read_key(_secret(session, key_name(app_id)))


def _secret(session: Session, name: str) -> str:
    try:
        return tenancy.secret(session, name).decode()
    except LookupError:
        raise NoMarketAccount from None


def key_name(app_id: str) -> str:
    return f"{PLATFORM}:{app_id}:marketcode"


def package_name(market_id: int, start: int) -> str:
    """WeChat's file of one range, as encrypted as it came."""
    return f"markets/{market_id}/{start}.package"


def table_name(market_id: int, start: int) -> str:
    """The records of one range, until they are in the map."""
    return f"markets/{market_id}/{start}.table"


def map_name(market_id: int) -> str:
    return f"markets/{market_id}/codes.map"


def read_table(brand_id: int, name: str) -> markets.Table:
    """Records on disk, of which only what is looked at is read; raises `FileNotFoundError`."""
    return cast("markets.Table", np.memmap(files.path_of(brand_id, name), markets.RECORD, mode="r"))


def code_no_of(brand_id: int, told: ActiveCode) -> int:
    """Our number of the code that WeChat vouches for.

    Raises `ForeignCode` when it is none of the brand's, or not of the range that WeChat says it activated, and
    `Unavailable` when the map is not on this machine. Answered from memory and disk.
    """
    market = _markets.get(brand_id).get(told.application_id)
    if market is None:
        raise ForeignCode
    offset = markets.offset_of(_map_of(brand_id, market.id), told.code)
    if offset is None:
        raise ForeignCode
    index = markets.index_of(market.runs, market.lo + offset)
    if index is None or not told.activated.start <= index <= told.activated.end:
        raise ForeignCode
    return market.lo + offset


@lru_cache(MAPS_REMEMBERED)
def _map_of(brand_id: int, market_id: int) -> markets.Table:
    try:
        return read_table(brand_id, map_name(market_id))
    except FileNotFoundError as error:
        raise Unavailable from error


def _load_markets(session: Session, brand_id: int) -> Mapping[int, Market]:
    rows = session.execute(
        select(MarketApplicationRow.application_id, MarketApplicationRow.id, BatchRow.lo)
        .join(
            BatchRow,
            (BatchRow.brand_id == MarketApplicationRow.brand_id) & (BatchRow.id == MarketApplicationRow.batch_id),
        )
        .where(MarketApplicationRow.brand_id == brand_id, MarketApplicationRow.state == "ready")
    ).all()
    runs = _runs_by_market(session, brand_id)
    return {row.application_id: Market(row.id, row.lo, runs[row.id]) for row in rows}


def _runs_by_market(session: Session, brand_id: int) -> dict[int, tuple[markets.IndexRun, ...]]:
    statement = select(MarketFileRow).where(MarketFileRow.brand_id == brand_id).order_by(MarketFileRow.code_start)
    found: dict[int, tuple[markets.IndexRun, ...]] = {}
    for row in session.scalars(statement):
        run = markets.IndexRun(row.code_start, row.code_end, row.first_no)
        found[row.market_id] = (*found.get(row.market_id, ()), run)
    return found


def standing_activations(session: Session, lo: int, hi: int) -> Sequence[MarketActivationRow]:
    """The activations that were not refused and share a number with ``lo <= n < hi``."""
    row = MarketActivationRow
    statement = select(row).where(row.state != "refused", row.lo < hi, row.hi > lo)
    return session.scalars(statement.order_by(row.lo)).all()


_markets = Versioned(_load_markets)
