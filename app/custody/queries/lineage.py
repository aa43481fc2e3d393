"""The whole story of one code in one statement: its packs, their holder, the terminal that opened them."""

from sqlalchemy.orm import Session

from app import codes
from app.custody.rules import Lineage, Step
from app.kit.statement import Question, Row, ask

DEEPEST = 15

# Ranges are half-open and disjoint, so the nearest start below a number is the only candidate. OFFSET 0 keeps the
# planner from joining whole tables: each level of a pack is one step down an index, whatever the statistics say.
LINEAGE = f"""
WITH RECURSIVE path (level_index, code_no) AS (
    SELECT 0, %(code_no)s::bigint
  UNION ALL
    SELECT path.level_index + 1, pack.code_no
    FROM path CROSS JOIN LATERAL (SELECT {codes.parent_sql("path.code_no")} AS code_no OFFSET 0) pack
    WHERE pack.code_no IS NOT NULL AND path.level_index < {DEEPEST}
)
SELECT (SELECT array_agg(code_no ORDER BY level_index) FROM path),
    held.dealer_id, held.shipment_id, held.since,
    opened.case_no, opened.terminal_id, opened.terminal_dealer_id, opened.opened_by, opened.opened_at,
    opened.foreign_opening
FROM (VALUES (1)) one
LEFT JOIN LATERAL (
    SELECT holding.dealer_id, holding.shipment_id, holding.since
    FROM path CROSS JOIN LATERAL (
        SELECT hi, dealer_id, shipment_id, movement_id, since FROM custody_holding
        WHERE brand_id = %(brand_id)s AND lo <= path.code_no ORDER BY lo DESC LIMIT 1
    ) holding
    WHERE path.code_no < holding.hi ORDER BY holding.since DESC, holding.movement_id DESC LIMIT 1
) held ON true
LEFT JOIN LATERAL (
    SELECT opening.* FROM path CROSS JOIN LATERAL (
        SELECT case_no, terminal_id, terminal_dealer_id, opened_by, opened_at, foreign_opening
        FROM custody_opening WHERE brand_id = %(brand_id)s AND case_no = path.code_no OFFSET 0
    ) opening
    ORDER BY opening.opened_at, opening.case_no LIMIT 1
) opened ON true"""  # noqa: S608  # both inserted parts are ours


def lineage(session: Session, code_no: int) -> Lineage:
    """The lineage of a code of the session's brand; a code that nobody packed or moved has an empty one."""
    (row,) = ask(session, lineage_question(brand_id=session.info["brand_id"], code_no=code_no))
    return read_lineage(row)


def lineage_question(*, brand_id: int, code_no: int) -> Question:
    """The question, for whoever asks it together with others; `read_lineage` reads its row."""
    return Question(LINEAGE, 10, {"brand_id": brand_id, "code_no": code_no})


def read_lineage(row: Row | None) -> Lineage:
    if row is None:
        raise LookupError("the lineage statement always answers one row")
    path, dealer, shipment, shipped_at, case_no, terminal, terminal_dealer, opened_by, opened_at, foreign = row
    return Lineage(
        path=tuple(Step(level_index, code_no) for level_index, code_no in enumerate(path)),
        dealer_id=dealer,
        shipment_id=shipment,
        shipped_at=shipped_at,
        opened_case_no=case_no,
        terminal_id=terminal,
        terminal_dealer_id=terminal_dealer,
        opened_by=opened_by,
        opened_at=opened_at,
        foreign_opening=foreign is True,
    )
