"""WeChat's codes for a batch: every intent and every answer is a row; the calls between them are jobs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.codes.errors import (
    MarketActive,
    MarketCountDiffers,
    MarketNotReady,
    MarketRequested,
    NotForMarket,
    RangeOutsideBatch,
)
from app.codes.events import MarketActivationRequested, MarketCodesFinished, MarketCodesRequested
from app.codes.models import MARKET_UNIT, BatchRow, MarketActivationRow, MarketApplicationRow, MarketFileRow
from app.codes.queries import batch_row
from app.codes.queries.markets import market_row, standing_activations
from app.codes.rules import markets
from app.kit import cache, outbox
from app.kit.ids import new_id
from app.platforms.wechat import CodeRange, CodeTerms

ASK_AGAIN = timedelta(minutes=1)


def request_market_codes(
    session: Session, *, batch_id: int, app_id: str, by: int, at: datetime
) -> MarketApplicationRow:
    """Have WeChat make the codes that the labels of a batch will carry; ``app_id`` is the service account.

    Raises `UnknownBatch`, `NotForMarket`, `MarketRequested`.
    """
    batch = batch_row(session, batch_id, lock=True)
    if batch.has_inner or batch.exported_at or (batch.hi - batch.lo) % MARKET_UNIT:
        raise NotForMarket
    market_id = new_id()
    row = {
        "brand_id": session.info["brand_id"],
        "id": market_id,
        "batch_id": batch_id,
        "app_id": app_id,
        "state": "requested",
        "requested_by": by,
        "requested_at": at,
        "check_at": at,
    }
    once = insert(MarketApplicationRow).values(row).on_conflict_do_nothing(index_elements=["brand_id", "batch_id"])
    if session.execute(once.returning(MarketApplicationRow.id)).first() is None:
        raise MarketRequested
    outbox.publish(session, MarketCodesRequested(f"market:{market_id}", market_id), at=at)
    return market_row(session, market_id)


def note_applied(session: Session, *, market_id: int, application_id: int, at: datetime) -> None:
    """WeChat has given the application its number; the same answer again changes nothing."""
    _step(session, market_id, "requested", state="applied", application_id=application_id, check_at=at)


def lease_due_markets(session: Session, *, at: datetime, limit: int) -> Sequence[MarketApplicationRow]:
    """Applications to ask WeChat about; until their next turn no other worker takes them."""
    due = select(MarketApplicationRow).where(
        MarketApplicationRow.state == "applied", MarketApplicationRow.check_at <= at
    )
    ordered = due.order_by(MarketApplicationRow.check_at).limit(limit).with_for_update(skip_locked=True)
    rows = session.scalars(ordered).all()
    for row in rows:
        row.check_at = at + ASK_AGAIN
    session.flush()
    return rows


def note_finished(session: Session, *, market_id: int, ranges: Sequence[CodeRange], at: datetime) -> None:
    """WeChat has made the codes and names their files. Raises `MarketCountDiffers`."""
    row = market_row(session, market_id)
    batch = batch_row(session, row.batch_id)
    runs = _numbered(batch, ranges)
    if not _step(session, market_id, "applied", state="finished"):
        return
    session.add_all(
        MarketFileRow(market_id=market_id, code_start=run.start, code_end=run.end, first_no=run.first_no)
        for run in runs
    )
    session.flush()
    outbox.publish(session, MarketCodesFinished(f"market:{market_id}", market_id), at=at)


def note_ready(session: Session, *, market_id: int, at: datetime) -> None:
    """The map stands: from here on the codes can be activated and scanned."""
    if _step(session, market_id, "finished", state="ready", ready_at=at):
        cache.bump(session, session.info["brand_id"])


def note_market_refusal(session: Session, *, market_id: int, errcode: int | None) -> None:
    """What WeChat said last, for whoever looks at the list."""
    statement = update(MarketApplicationRow).where(MarketApplicationRow.id == market_id)
    session.execute(statement.values(errcode=errcode), execution_options={"synchronize_session": False})


def request_activation(
    session: Session, *, market_id: int, lo: int, hi: int, terms: CodeTerms, by: int, at: datetime
) -> MarketActivationRow:
    """Have WeChat open a page for our numbers ``lo <= n < hi`` of an application.

    Raises `UnknownMarket`, `MarketNotReady`, `RangeOutsideBatch`, `MarketActive`.
    """
    row = market_row(session, market_id, lock=True)
    if row.state != "ready":
        raise MarketNotReady
    batch = batch_row(session, row.batch_id)
    if not batch.lo <= lo < hi <= batch.hi:
        raise RangeOutsideBatch(lo=batch.lo, hi=batch.hi)
    for standing in standing_activations(session, lo, hi):
        raise MarketActive(lo=standing.lo, hi=standing.hi)
    wanted = MarketActivationRow(
        id=new_id(),
        market_id=market_id,
        lo=lo,
        hi=hi,
        activity_name=terms.activity_name,
        product_brand=terms.product_brand,
        product_title=terms.product_title,
        product_code=terms.product_code,
        wxa_app_id=terms.wxa_app_id,
        wxa_path=terms.wxa_path,
        state="requested",
        requested_by=by,
        requested_at=at,
    )
    session.add(wanted)
    session.flush()
    outbox.publish(session, MarketActivationRequested(f"activation:{wanted.id}", wanted.id), at=at)
    return wanted


def note_activation(session: Session, *, activation_id: int, errcode: int | None, at: datetime) -> None:
    """WeChat's answer to an activation: None for yes, else its number."""
    state = "active" if errcode is None else "refused"
    statement = update(MarketActivationRow).where(
        MarketActivationRow.id == activation_id, MarketActivationRow.state == "requested"
    )
    session.execute(
        statement.values(state=state, errcode=errcode, answered_at=at),
        execution_options={"synchronize_session": False},
    )


def _numbered(batch: BatchRow, ranges: Sequence[CodeRange]) -> tuple[markets.IndexRun, ...]:
    try:
        runs = markets.numbered(((one.start, one.end) for one in ranges), batch.lo)
    except ValueError as error:
        raise MarketCountDiffers from error
    made = sum(run.size for run in runs)
    if made != batch.hi - batch.lo:
        raise MarketCountDiffers(made=made, wanted=batch.hi - batch.lo)
    return runs


def _step(session: Session, market_id: int, before: str, **values: Any) -> bool:
    """The one place where an application changes its state; False when it was not ours to change."""
    statement = update(MarketApplicationRow).where(
        MarketApplicationRow.id == market_id, MarketApplicationRow.state == before
    )
    moved = session.execute(
        statement.values(errcode=None, **values), execution_options={"synchronize_session": False}
    )
    return moved.rowcount == 1  # type: ignore[attr-defined,no-any-return]  # an UPDATE has a row count
