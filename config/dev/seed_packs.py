"""Codes on order: a pack that a printer has fetched, and one that waits for whoever tries the demo to review."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app import codes, identity
from app.codes.actions import (
    Caller,
    NewPack,
    NewSpec,
    create_spec,
    mint_pack,
    order_delivery,
    request_pack,
    review_pack,
    take_file,
)
from app.codes.jobs.packs import make_file
from app.codes.queries import batches_of_packs, pack_page
from app.codes.rules.specs import Level
from app.kit import clock
from app.kit.transaction import transaction
from config.dev.processes import CannotContinue
from config.dev.seed_stories import FIRST_CODE_NO, Story

SPEC = "瓶盖一物一码"
LEVELS = (
    Level("unit", "单件", pair=True, security_code=True),
    Level("case", "箱", ratio=24, packed_before=True),
    Level("pallet", "垛", ratio=40, packed_before=True),
)
FETCHED, WAITING = ("D20261120", 24_000), ("D20261201", 96_000)  # number, units
ASKED, REVIEWED, WAITS = timedelta(days=2), timedelta(days=1, hours=20), timedelta(hours=3)
PRINTER = Caller("203.0.113.24", "demo", "Mozilla/5.0 (Windows NT 10.0) Chrome/141")


def require_packs(story: Story, brand_id: int) -> None:
    """Both orders, made once."""
    at = clock.now()
    with transaction(brand_id) as session:
        if pack_page(session, cursor=None, limit=1).items:
            return
        delivery_id, token = _deliver(session, story, at)
    make_file(brand_id=brand_id, delivery_id=delivery_id)  # the worker, which was told too, may be at it as well
    with transaction(brand_id) as session:
        take_file(session, token=token, caller=PRINTER, at=clock.now())


def _deliver(session: Session, story: Story, at: datetime) -> tuple[int, str]:
    """Ask, review, mint, order the file of the bottles; the delivery's id and the token of its link."""
    sold = codes.batch_of(session, FIRST_CODE_NO)
    if sold is None:
        raise CannotContinue("the demo's first batch is missing")
    asks, reviews = (
        identity.make_person(session, nickname=f"{story.name}{role}", at=at - ASKED) for role in ("包材", "质检")
    )
    new = NewSpec(SPEC, LEVELS, "short", "upper", "csv", "zip", None, 3, 72, 24 * 14)
    spec = create_spec(session, new, by=asks, at=at - ASKED)
    fetched, _ = (
        request_pack(session, _order(spec.id, sold.sku_id, *pack, note=note), by=asks, at=at - ago)
        for pack, note, ago in ((FETCHED, "元旦档期", ASKED), (WAITING, "春节档期", WAITS))
    )
    review_pack(session, pack_id=fetched.id, approve=True, words="数量已核", by=reviews, at=at - REVIEWED)
    mint_pack(session, pack_id=fetched.id, at=at - REVIEWED)
    bottles, *_ = batches_of_packs(session, [fetched.id])
    ordered = order_delivery(session, batch_id=bottles.id, recipient=None, by=asks, at=at)
    return ordered.delivery.id, ordered.token


def _order(spec_id: int, sku_id: int, number: str, count: int, *, note: str) -> NewPack:
    return NewPack(spec_id, sku_id, number, count, date(2026, 12, 1), date(2027, 12, 1), note)
