from sqlalchemy import select

from app import identity
from app.books.models import Proof
from app.books.schemas import JobSchema, JobsQuery, ProofSchema
from app.kit import clock, outbox
from app.kit.errors import NotFound
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import Page, PageQuery, page, page_schema
from app.kit.transaction import transaction

console = blueprint("books", __name__, "console")
BLUEPRINTS = (console,)


@console.get("/jobs")
@contract(query=JobsQuery, returns=page_schema(JobSchema))
def list_jobs(*, state: str, cursor: str | None, limit: int) -> Page[outbox.JobRow]:
    """后台任务: 卡住的或等待的"""
    stuck = outbox.JobRow.stuck_at.is_not(None) if state == "stuck" else outbox.JobRow.stuck_at.is_(None)
    with transaction(brand_id()) as session:
        found = select(outbox.JobRow).where(stuck)
        return page(session, found, outbox.JobRow.id, cursor=cursor, limit=limit)


@console.post("/jobs/<int:job_id>/retry")
@identity.requires_role("brand_admin", "brand_operator")
@contract(errors=(NotFound,))
def retry_job(*, job_id: int) -> None:
    """重试卡住的任务"""
    at = clock.now()
    with transaction(brand_id()) as session:
        if not outbox.retry(session, job_id, at=at):
            raise NotFound
        identity.record(
            session,
            actor=identity.current_actor(),
            action="books.job_retried",
            subject=f"job:{job_id}",
            before=None,
            after=None,
            at=at,
        )


@console.get("/proofs")
@contract(query=PageQuery, returns=page_schema(ProofSchema))
def list_proofs(*, cursor: str | None, limit: int) -> Page[Proof]:
    """每晚的账目自证"""
    with transaction(brand_id()) as session:
        return page(session, select(Proof), Proof.id, cursor=cursor, limit=limit)
