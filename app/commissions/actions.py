import functools
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as insert_or_end
from sqlalchemy.orm import Session

from app.commissions.models import RuleRow, Suspension
from app.commissions.rules import RULE_VERSION, Rule, Share
from app.kit import cache
from app.kit.ids import new_id, new_ids
from app.kit.statement import Change, Columns

SHARES = Columns(
    "share",
    id="bigint",
    role="text",
    party_id="bigint",
    payee_id="bigint",
    amount_fen="int",
    outcome="text",
    reason="text",
)


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
    """The record of all shares of one source as a part of a larger statement; ``evidence`` is JSON text.

    A source is shared out once: the unique key refuses a second time.
    """
    version = f"{RULE_VERSION}/{rule.name} v{rule.version}"[:40] if rule else RULE_VERSION
    params = {
        "brand_id": brand_id,
        "source": source,
        "source_id": source_id,
        "share_rule_id": rule.id if rule else None,
        "share_rule_version": version,
        "evidence": evidence,
        "at": at,
    }
    rows = [
        (share_id, share.role, share.party_id, share.payee_id, share.amount_fen, share.outcome, share.reason)
        for share_id, share in zip(new_ids(len(shares)), shares, strict=True)
    ]
    return Change(_insert(len(rows)), None, params | SHARES.params(*rows))


@functools.cache
def _insert(count: int) -> str:
    return f"""commissions_written AS (
INSERT INTO commissions_commission (brand_id, id, source, source_id, role, party_id, payee_id, amount_fen, outcome,
  reason, rule_id, rule_version, evidence, at)
SELECT %(brand_id)s, id, %(source)s, %(source_id)s, role, party_id, payee_id, amount_fen, outcome, reason,
  %(share_rule_id)s::bigint, %(share_rule_version)s, %(evidence)s::jsonb, %(at)s FROM {SHARES.sql(count)})"""  # noqa: S608  # names of columns
