"""Opened cases and what is packed in them."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import codes
from app.custody.models import OpeningRow

# A run packs its children in order, so each parent's part of it is a matter of arithmetic. A case may be in
# several runs, where a line rejected units of it.
UNITS = text("""
SELECT coalesce(sum(
    least(hi, lo + (:code_no - parent_lo + 1) * per_parent) - (lo + (:code_no - parent_lo) * per_parent)
), 0)
FROM codes_packing
WHERE brand_id = :brand_id AND parent_lo BETWEEN :batch_lo AND :code_no
    AND parent_lo + (hi - lo - 1) / per_parent >= :code_no""")


def units_in(session: Session, case: codes.BatchInfo, code_no: int) -> int:
    """How many codes are packed directly in a code of the batch ``case``."""
    bound = {"brand_id": session.info["brand_id"], "batch_lo": case.lo, "code_no": code_no}
    return int(session.execute(UNITS, bound).scalar_one())


def opening_of(session: Session, case_no: int) -> OpeningRow | None:
    return session.scalar(select(OpeningRow).where(OpeningRow.case_no == case_no))
