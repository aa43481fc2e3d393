from datetime import datetime

from app.attribution.rules import RULE_VERSION, Attribution
from app.kit.ids import new_id
from app.kit.statement import Change

INSERT = """attribution_sold AS (
INSERT INTO attribution_sale (brand_id, id, source, source_id, person_id, terminal_id, dealer_id, reason,
  rule_version, evidence, at)
VALUES (%(brand_id)s, %(sale_id)s, %(source)s, %(source_id)s, %(person_id)s, %(sale_terminal_id)s,
  %(sale_dealer_id)s, %(sale_reason)s, %(sale_rule_version)s, %(evidence)s::jsonb, %(at)s))"""


def sale_change(
    attribution: Attribution,
    *,
    brand_id: int,
    source: str,
    source_id: str,
    person_id: int,
    evidence: str,
    at: datetime,
) -> tuple[int, Change]:
    """The sale's id and its one record as a part of a larger statement; ``evidence`` is JSON text.

    A source is attributed once: the unique key refuses a second time.
    """
    sale_id = new_id()
    params = {
        "brand_id": brand_id,
        "sale_id": sale_id,
        "source": source,
        "source_id": source_id,
        "person_id": person_id,
        "sale_terminal_id": attribution.terminal_id,
        "sale_dealer_id": attribution.dealer_id,
        "sale_reason": attribution.reason,
        "sale_rule_version": RULE_VERSION,
        "evidence": evidence,
        "at": at,
    }
    return sale_id, Change(INSERT, None, params)
