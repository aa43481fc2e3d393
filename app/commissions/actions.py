from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as insert_or_end
from sqlalchemy.orm import Session

from app.commissions.models import RuleRow, Suspension
from app.commissions.rules import RULE_VERSION, Rule, Share
from app.kit import cache
from app.kit.ids import new_id, new_ids
from app.kit.statement import Change, array

INSERT = """commissions_written AS (
INSERT INTO commissions_commission (brand_id, id, source, source_id, role, party_id, payee_id, amount_fen, outcome,
  reason, rule_id, rule_version, evidence, at)
SELECT %(brand_id)s, s.id, %(source)s, %(source_id)s, s.role, s.party_id, s.payee_id, s.amount_fen,
  s.outcome, s.reason, %(share_rule_id)s::bigint, %(share_rule_version)s, %(evidence)s::jsonb, %(at)s
FROM unnest(%(share_ids)s::bigint[], %(share_roles)s::text[], %(share_parties)s::bigint[],
  %(share_payees)s::bigint[], %(share_amounts)s::int[], %(share_outcomes)s::text[], %(share_reasons)s::text[])
  AS s (id, role, party_id, payee_id, amount_fen, outcome, reason)
ON CONFLICT (brand_id, source, source_id, role) DO NOTHING RETURNING 1)"""
WRITTEN = "(SELECT count(*) FROM commissions_written)"


def add_rule(session: Session, *, name: str, terminal_fen: int, dealer_fen: int, at: datetime) -> RuleRow:
    """Write a new version of the rule called ``name``; campaigns keep the version they were saved with."""
    latest = session.scalar(select(func.max(RuleRow.version)).where(RuleRow.name == name)) or 0
    row = RuleRow(name=name, version=latest + 1, terminal_fen=terminal_fen, dealer_fen=dealer_fen, created_at=at)
    session.add(row)
    session.flush()
    cache.bump(session, row.brand_id)
    return row


def note_suspension(
    session: Session, *, cause: str, dealer_id: int, starts_on: date, ended_at: datetime | None = None
) -> None:
    """Hold a dealer's own share from a business day on, or with ``ended_at`` no longer.

    Once a cause, in whichever order beginning and end become known: what has ended does not begin again.
    """
    brand_id = session.info["brand_id"]
    row = {"cause": cause, "dealer_id": dealer_id, "starts_on": starts_on, "ended_at": ended_at}
    insert = insert_or_end(Suspension).values(brand_id=brand_id, id=new_id(), **row)
    statement = insert.on_conflict_do_update(
        index_elements=[Suspension.brand_id, Suspension.cause],
        set_={"ended_at": insert.excluded.ended_at},
        where=Suspension.ended_at.is_(None) & insert.excluded.ended_at.is_not(None),
    )
    if session.scalar(statement.returning(Suspension.id)) is not None:
        cache.bump(session, brand_id)


def shares_change(
    shares: Sequence[Share],
    *,
    brand_id: int,
    source: str,
    source_id: str,
    rule: Rule | None,
    evidence: str,
    at: datetime,
) -> Change:
    """The record of all shares of one source as a part of a larger statement; ``evidence`` is JSON text."""
    version = f"{RULE_VERSION}/{rule.name} v{rule.version}"[:40] if rule else RULE_VERSION
    params = {
        "brand_id": brand_id,
        "source": source,
        "source_id": source_id,
        "share_rule_id": rule.id if rule else None,
        "share_rule_version": version,
        "evidence": evidence,
        "share_ids": array(new_ids(len(shares))),
        "share_roles": array(share.role for share in shares),
        "share_parties": array(share.party_id for share in shares),
        "share_payees": array(share.payee_id for share in shares),
        "share_amounts": array(share.amount_fen for share in shares),
        "share_outcomes": array(share.outcome for share in shares),
        "share_reasons": array(share.reason for share in shares),
        "at": at,
    }
    return Change(INSERT, WRITTEN, params)
