"""What must always hold of a brand's codes, asked of the database itself."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_CHECKS = {
    "batches overlap": """
        SELECT a.number FROM codes_batch a JOIN codes_batch b
          ON b.brand_id = :brand_id AND b.lo > a.lo AND b.lo < a.hi + a.canaries
        WHERE a.brand_id = :brand_id LIMIT 20""",
    "batch beyond the counter": """
        SELECT b.number FROM codes_batch b WHERE b.brand_id = :brand_id AND b.hi + b.canaries > coalesce(
          (SELECT next_code_no FROM codes_counter WHERE brand_id = :brand_id), 0) LIMIT 20""",
    "span outside its batch": """
        SELECT s.id FROM codes_span s JOIN codes_batch b ON b.brand_id = :brand_id AND b.id = s.batch_id
        WHERE s.brand_id = :brand_id AND NOT (b.lo <= s.lo AND s.hi <= b.hi) LIMIT 20""",
    "spans overlap": """
        SELECT id FROM (SELECT id, hi, lead(lo) OVER (ORDER BY lo) AS following
          FROM codes_span WHERE brand_id = :brand_id) s WHERE hi > following LIMIT 20""",
    "block outside its batch": """
        SELECT k.id FROM codes_block k JOIN codes_batch b ON b.brand_id = :brand_id AND b.id = k.batch_id
        WHERE k.brand_id = :brand_id AND NOT (b.lo <= k.lo AND k.hi <= b.hi) LIMIT 20""",
    "children packed twice": """
        SELECT id FROM (SELECT id, hi, lead(lo) OVER (ORDER BY lo) AS following
          FROM codes_packing WHERE brand_id = :brand_id) p WHERE hi > following LIMIT 20""",
    "children outside their batch": """
        SELECT p.id FROM codes_packing p JOIN codes_batch b
          ON b.brand_id = :brand_id AND b.id = p.child_batch_id
        WHERE p.brand_id = :brand_id AND NOT (b.lo <= p.lo AND p.hi <= b.hi) LIMIT 20""",
    "parents outside their batch": """
        SELECT p.id FROM codes_packing p JOIN codes_batch b
          ON b.brand_id = :brand_id AND b.id = p.parent_batch_id
        WHERE p.brand_id = :brand_id AND NOT (b.lo <= p.parent_lo AND p.parent_hi <= b.hi) LIMIT 20""",
    "parents beyond what a row says": """
        SELECT p.id FROM codes_packing p WHERE p.brand_id = :brand_id AND (p.parent_hi <= p.parent_lo
          OR (1::bigint << p.reach) < p.parent_hi - p.parent_lo
          OR p.parent_hi <> p.parent_lo + CASE
            WHEN p.offsets IS NULL THEN (p.hi - p.lo + p.per_parent - 1) / p.per_parent
            ELSE (SELECT max(nullif(get_byte(p.offsets, 2 * i) * 256 + get_byte(p.offsets, 2 * i + 1), 65535)) + 1
                  FROM generate_series(0, (p.hi - p.lo - 1)::int) i) END) LIMIT 20""",
    "WeChat's files do not fit their batch": """
        SELECT m.id FROM codes_market_application m
        JOIN codes_batch b ON b.brand_id = :brand_id AND b.id = m.batch_id
        WHERE m.brand_id = :brand_id AND m.state IN ('finished', 'ready') AND (
          SELECT (min(f.first_no), max(f.first_no + f.code_end - f.code_start + 1),
            sum(f.code_end - f.code_start + 1)) IS DISTINCT FROM (b.lo, b.hi, b.hi - b.lo)
          FROM codes_market_file f WHERE f.brand_id = :brand_id AND f.market_id = m.id) LIMIT 20""",
    "WeChat's activations overlap": """
        SELECT id FROM (SELECT id, hi, lead(lo) OVER (ORDER BY lo) AS following
          FROM codes_market_activation WHERE brand_id = :brand_id AND state <> 'refused') a
        WHERE hi > following LIMIT 20""",
}


def check_invariants(session: Session) -> list[str]:
    """What is wrong with the codes of the session's brand, in words; empty when all is well."""
    bound = {"brand_id": session.info["brand_id"]}
    return [
        f"{name}: {subject}"
        for name, statement in _CHECKS.items()
        for subject in session.execute(text(statement), bound).scalars()
    ]
