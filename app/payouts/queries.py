import json

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from app import identity, tenancy
from app.kit.paging import Page, page
from app.payouts.errors import PayoutUnknown
from app.payouts.models import Payout
from app.payouts.rules import OPEN
from app.platforms.wechatpay import KeyRing, Merchant

SECRET = "wechatpay"  # noqa: S105  the name of a secret, not a secret


def read_merchant(session: Session) -> Merchant | None:
    """The brand's merchant account at WeChat Pay; None when it has none."""
    try:
        kept = json.loads(tenancy.secret(session, SECRET))
    except LookupError:
        return None
    pems = {
        kept["platform_public_key_id"]: kept["platform_public_key_pem"],
        kept["platform_certificate_serial"]: kept["platform_certificate_pem"],
    }
    ring = KeyRing.from_pem({serial: pem for serial, pem in pems.items() if serial and pem})
    return Merchant(kept["mch_id"], kept["serial_no"], kept["private_key_pem"], kept["apiv3_key"], ring)


def get_payout(session: Session, payout_id: int) -> Payout:
    """Raises `PayoutUnknown`."""
    return _one(session, Payout.id == payout_id)


def get_own_payout(session: Session, *, person_id: int, payout_id: int) -> Payout:
    """Raises `PayoutUnknown`, for somebody else's payout too."""
    return _one(session, Payout.id == payout_id, _is_of(session, person_id))


def get_by_number(session: Session, out_bill_no: str) -> Payout:
    """Raises `PayoutUnknown`."""
    return _one(session, Payout.out_bill_no == out_bill_no)


def _one(session: Session, *criteria: ColumnElement[bool]) -> Payout:
    found = session.scalar(select(Payout).where(*criteria).execution_options(populate_existing=True))
    if found is None:
        raise PayoutUnknown
    return found


def payouts_of_person(session: Session, person_id: int, *, cursor: str | None, limit: int) -> Page[Payout]:
    return page(
        session, select(Payout).where(Payout.person_id == person_id), Payout.id, cursor=cursor, limit=limit
    )


def in_transit_fen(session: Session, person_id: int) -> int:
    """What has left the person's wallet and not arrived."""
    amounts = select(func.coalesce(func.sum(Payout.amount_fen), 0))
    return int(session.scalar(amounts.where(_is_of(session, person_id), Payout.state.in_(OPEN))) or 0)


def _is_of(session: Session, person_id: int) -> ColumnElement[bool]:
    """A merge of persons rewrites no payout, so those of the absorbed ones are looked for too."""
    return Payout.person_id.in_(identity.same_person_ids(session, person_id))


# One statement each, so that payouts and postings are seen at the same instant.
TRANSIT_DIFFERS = text("""
SELECT open.fen, transit.fen FROM (
  SELECT coalesce(sum(amount_fen), 0) AS fen FROM payouts_payout
  WHERE brand_id = :brand_id AND state IN ('requested', 'transferring', 'waiting')
) open, (
  SELECT coalesce(sum(CASE WHEN p.destination_id = a.id THEN p.amount ELSE -p.amount END), 0) AS fen
  FROM ledger_account a
  JOIN ledger_posting p ON p.brand_id = :brand_id AND (p.destination_id = a.id OR p.source_id = a.id)
  WHERE a.brand_id = :brand_id AND a.kind = 'transit' AND a.party_kind = 'brand' AND a.party_id = :brand_id
) transit WHERE open.fen <> transit.fen""")
WRONG_POSTINGS = text("""
SELECT o.id, o.state, step.word FROM payouts_payout o
CROSS JOIN (VALUES ('requested', true), ('paid', false), ('returned', false)) AS step (word, always)
LEFT JOIN LATERAL (
  SELECT count(*) AS lines, coalesce(sum(p.amount), 0) AS fen
  FROM ledger_transaction t
  JOIN ledger_posting p ON p.brand_id = :brand_id AND p.transaction_id = t.id
  WHERE t.brand_id = :brand_id AND t.cause = 'payout:' || o.id || ':' || step.word
) posted ON true
WHERE o.brand_id = :brand_id AND CASE WHEN step.always OR o.state = step.word
  THEN posted.lines <> 1 OR posted.fen <> o.amount_fen ELSE posted.lines <> 0 END
LIMIT 20""")
CONTRADICTED = text("""
SELECT id, contradiction FROM payouts_payout
WHERE brand_id = :brand_id AND contradiction IS NOT NULL LIMIT 20""")
OPEN_TOO_LONG = text("""
SELECT id, state FROM payouts_payout WHERE brand_id = :brand_id
AND state IN ('requested', 'transferring', 'waiting') AND checked_at > created_at + interval '3 days' LIMIT 20""")


def check_invariants(session: Session) -> list[str]:
    """What is wrong with the payouts of the session's brand, in words; empty when all is well."""
    bound = {"brand_id": session.info["brand_id"]}
    differ = session.execute(TRANSIT_DIFFERS, bound)
    wrong = [f"open payouts {payouts} fen, in transit {transit} fen" for payouts, transit in differ]
    postings = session.execute(WRONG_POSTINGS, bound)
    wrong += [f"payout {row}: {state}, but its posting '{step}' is wrong" for row, state, step in postings]
    wrong += [f"payout {row}: {said}" for row, said in session.execute(CONTRADICTED, bound)]
    stale = session.execute(OPEN_TOO_LONG, bound)
    return wrong + [f"payout {row}: still {state} when asked after three days" for row, state in stale]
