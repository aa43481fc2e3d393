"""What must hold of a brand's case files at any time."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

WITHOUT_EVIDENCE = text("""
SELECT f.id FROM diversion_case f WHERE f.brand_id = :brand_id AND NOT EXISTS (
    SELECT 1 FROM diversion_evidence e WHERE e.brand_id = f.brand_id AND e.file_id = f.id
) ORDER BY f.id LIMIT 5""")
OTHER_STATE = text("""
SELECT f.id FROM diversion_case f WHERE f.brand_id = :brand_id AND f.state IS DISTINCT FROM (
    SELECT s.state FROM diversion_step s WHERE s.brand_id = f.brand_id AND s.file_id = f.id
    ORDER BY s.id DESC LIMIT 1
) ORDER BY f.id LIMIT 5""")
AGAINST_THE_INNOCENT = text("""
SELECT c.id FROM diversion_consequence c JOIN diversion_case f ON f.brand_id = c.brand_id AND f.id = c.file_id
WHERE c.brand_id = :brand_id AND c.stage IN ('suspend_rebates', 'stop_supply')
    AND f.verdict IS DISTINCT FROM 'upheld' ORDER BY c.id LIMIT 5""")
CHECKS = (
    (WITHOUT_EVIDENCE, "case file {} has no evidence"),
    (OTHER_STATE, "case file {} is in another state than its last step says"),
    (AGAINST_THE_INNOCENT, "consequence {} costs a dealer money whose case is not upheld"),
)


def check_invariants(session: Session) -> list[str]:
    """One sentence for each broken fact; an empty list is health."""
    bound = {"brand_id": session.info["brand_id"]}
    found: list[tuple[str, Sequence[int]]] = [
        (sentence, session.execute(statement, bound).scalars().all()) for statement, sentence in CHECKS
    ]
    return [f"diversion: {sentence.format(row_id)}" for sentence, ids in found for row_id in ids]
