import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.commissions.models import RuleRow
from app.commissions.rules import RULE_VERSION, Rule, Share
from app.kit import cache
from app.kit.ids import new_id
from app.kit.statement import Change

INSERT = """commissions_written AS (
INSERT INTO commissions_commission (brand_id, id, source, source_id, role, party_id, payee_id, amount_fen, outcome,
  reason, rule_id, rule_version, evidence, at)
SELECT %(brand_id)s, s.id, %(share_source)s, %(share_source_id)s, s.role, s.party_id, s.payee_id, s.amount_fen,
  s.outcome, s.reason, %(share_rule_id)s::bigint, %(share_rule_version)s, %(evidence)s::jsonb, %(at)s
FROM jsonb_to_recordset(%(shares)s::jsonb) AS s (id bigint, role text, party_id bigint, payee_id bigint,
  amount_fen int, outcome text, reason text)
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
        "share_source": source,
        "share_source_id": source_id,
        "share_rule_id": rule.id if rule else None,
        "share_rule_version": version,
        "evidence": evidence,
        "shares": json.dumps([_row(share) for share in shares]),
        "at": at,
    }
    return Change(INSERT, WRITTEN, params)


def _row(share: Share) -> dict[str, Any]:
    return {
        "id": new_id(),
        "role": share.role,
        "party_id": share.party_id,
        "payee_id": share.payee_id,
        "amount_fen": share.amount_fen,
        "outcome": share.outcome,
        "reason": share.reason,
    }
