"""The list that every process remembers, and the rows behind it."""

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.kit import cache
from app.kit.clock import now
from app.kit.paging import Page, page
from app.risk.errors import AppealUnknown, FlagUnknown, HeldUnknown
from app.risk.models import Appeal, FlagRow, Held, RankRow, Settings
from app.risk.rules import MOST_FLAGS, Flag, Limits, Watch

STANDING = text("""
SELECT id, kind, subject, answer, until, set_by IS NOT NULL AS by_staff, lo, hi FROM risk_flag
WHERE brand_id = :brand_id AND lifted_at IS NULL AND (until IS NULL OR until > :at)
ORDER BY set_by IS NULL, array_position(ARRAY['refuse', 'defer', 'verify_first', 'pay'], answer), set_at DESC
LIMIT :most""")


def list_key(brand_id: int) -> int:
    """What versions of the list are counted under: no new flag makes processes forget campaigns and codes."""
    return -brand_id


def _load(session: Session, key: int) -> Watch:
    bound = {"brand_id": list_key(key), "at": now(), "most": MOST_FLAGS}
    return Watch.of(Flag(*row) for row in session.execute(STANDING, bound))


_watches = cache.Versioned(_load)


def watch(brand_id: int) -> Watch:
    """Whom and what the brand does not simply pay; in memory, a second old at most."""
    return _watches.get(list_key(brand_id))


def limits(session: Session) -> Limits:
    chosen = session.scalar(select(Settings.limits))
    return Limits.of(chosen or {})


def rank_asked_at(session: Session, person_id: int) -> datetime | None:
    return session.scalar(select(RankRow.asked_at).where(RankRow.person_id == person_id))


def get_flag(session: Session, flag_id: int) -> FlagRow:
    """Raises `FlagUnknown`."""
    row = session.scalar(select(FlagRow).where(FlagRow.id == flag_id))
    if row is None:
        raise FlagUnknown
    return row


def flag_page(
    session: Session, *, by_staff: bool | None, kind: str | None, at: datetime, cursor: str | None, limit: int
) -> Page[FlagRow]:
    """Flags that stand, the youngest first."""
    rows = select(FlagRow).where(FlagRow.lifted_at.is_(None), (FlagRow.until.is_(None)) | (FlagRow.until > at))
    if by_staff is not None:
        rows = rows.where(FlagRow.set_by.is_not(None) if by_staff else FlagRow.set_by.is_(None))
    if kind is not None:
        rows = rows.where(FlagRow.kind == kind)
    return page(session, rows, FlagRow.id, cursor=cursor, limit=limit)


def held_of_code(session: Session, code_no: int, *, most: int = 20) -> list[Held]:
    """Claims of a code that were not paid, the oldest first."""
    rows = select(Held).where(Held.code_no == code_no).order_by(Held.id.desc()).limit(most)
    return list(reversed(session.scalars(rows).all()))


def get_held(session: Session, held_id: int, *, person_id: int | None = None) -> Held:
    """Raises `HeldUnknown`, also for another person's."""
    row = session.scalar(select(Held).where(Held.id == held_id))
    if row is None or (person_id is not None and row.person_id != person_id):
        raise HeldUnknown
    return row


def appeal_page(
    session: Session, *, open_only: bool, person_id: int | None, cursor: str | None, limit: int
) -> Page[Appeal]:
    rows = select(Appeal)
    if open_only:
        rows = rows.where(Appeal.decision.is_(None))
    if person_id is not None:
        rows = rows.where(Appeal.person_id == person_id)
    return page(session, rows, Appeal.id, cursor=cursor, limit=limit)


def get_appeal(session: Session, appeal_id: int) -> Appeal:
    """Raises `AppealUnknown`."""
    row = session.scalar(select(Appeal).where(Appeal.id == appeal_id))
    if row is None:
        raise AppealUnknown
    return row


AGAINST_STAFF = text("""
SELECT a.id FROM risk_appeal a JOIN risk_held h ON h.brand_id = a.brand_id AND h.id = a.held_id
WHERE a.brand_id = :brand_id AND a.person_id <> h.person_id ORDER BY a.id LIMIT 5""")
ENDLESS = text("""
SELECT id FROM risk_flag WHERE brand_id = :brand_id AND set_by IS NULL AND until IS NULL ORDER BY id LIMIT 5""")


def check_invariants(session: Session) -> list[str]:
    """Nobody appeals for another, and no rule speaks for ever."""
    bound = {"brand_id": session.info["brand_id"]}
    wrong = [
        f"risk: appeal {one} is not of whom was refused" for one in session.execute(AGAINST_STAFF, bound).scalars()
    ]
    return wrong + [f"risk: flag {one} of a rule has no end" for one in session.execute(ENDLESS, bound).scalars()]
