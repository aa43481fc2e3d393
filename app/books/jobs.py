import logging
from datetime import datetime

from prometheus_client import Gauge
from sqlalchemy import text

from app.books.models import Proof
from app.books.queries import prove
from app.kit import idempotency
from app.kit.transaction import transaction

log = logging.getLogger(__name__)
findings_found = Gauge(
    "malu_books_findings", "What the last proof of the books found", ("brand_id",), multiprocess_mode="mostrecent"
)
UNHURRIED = text("SET LOCAL statement_timeout = '10min'")


def prove_books(*, brand_id: int, at: datetime) -> None:
    """Check every invariant of a brand and keep the outcome; a finding is logged as an error."""
    with transaction(brand_id) as session:
        session.execute(UNHURRIED)
        findings = {name: found for name, found in prove(session).items() if found}
        session.add(Proof(at=at, holds=not findings, findings=findings))
    findings_found.labels(str(brand_id)).set(sum(map(len, findings.values())))
    if findings:
        log.error("the books do not hold", extra={"brand_id": brand_id, "findings": findings})


def tidy(*, brand_id: int, at: datetime) -> None:
    """Forget answers whose Idempotency-Key is past its promise."""
    with transaction(brand_id) as session:
        idempotency.forget_old(session, at=at)
