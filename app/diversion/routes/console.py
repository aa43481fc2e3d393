from datetime import date, datetime
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from app import identity
from app.diversion import errors, schemas
from app.diversion.actions import decide, end_consequence, set_consequence, set_policy
from app.diversion.models import Policy
from app.diversion.queries import dossier, file_page, get_file, get_photo, policy, shipments_of
from app.diversion.routes.photos import show_photo
from app.diversion.routes.showing import brief, consequence, for_brand
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import page_schema
from app.kit.transaction import transaction

console = blueprint("diversion", __name__, "console")
WRITERS = ("brand_admin", "brand_operator")


@console.get("/diversion-cases")
@contract(query=schemas.FilesQuery, returns=page_schema(schemas.ScoredFileSchema))
def list_files(*, state: str | None, dealer_id: int | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """窜货案件列表"""
    with transaction(brand_id()) as session:
        found = file_page(session, state=state, dealer_id=dealer_id, cursor=cursor, limit=limit)
        shipped = shipments_of(session, found.items)
    return {
        "items": [brief(file, shipped.get(file.id)) for file in found.items],
        "next_cursor": found.next_cursor,
    }


@console.get("/diversion-cases/<int:file_id>")
@contract(returns=schemas.FullFileSchema, errors=(errors.FileUnknown,))
def show_file(*, file_id: int) -> dict[str, Any]:
    """窜货案件: 证据、货物去向、经过"""
    with transaction(brand_id()) as session:
        found = dossier(session, get_file(session, file_id))
    return for_brand(found, at=clock.now())


@console.post("/diversion-cases/<int:file_id>/decisions")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.DecisionSchema,
    returns=schemas.FullFileSchema,
    errors=(errors.FileUnknown, errors.WrongState, errors.AnswerAwaited, errors.SamePerson),
)
def decide_file(*, file_id: int, action: str, words: str) -> dict[str, Any]:
    """通知经销商、认定、撤销, 或裁定申诉"""
    by, at = identity.current_actor().person_id, clock.now()
    with transaction(brand_id()) as session:
        moved = decide(session, file_id=file_id, action=action, words=words, by=by, at=at)
        found = dossier(session, moved)
        _audit(session, f"diversion.{action}", file_id, {"state": moved.state, "words": words}, at)
    return for_brand(found, at=at)


@console.post("/diversion-cases/<int:file_id>/consequences")
@identity.requires_role("brand_admin")
@contract(
    accepts=schemas.NewConsequenceSchema,
    returns=schemas.ConsequenceSchema,
    errors=(errors.FileUnknown, errors.NotStanding, errors.EvidenceTooThin, errors.ConsequenceExists),
    status=201,
)
def add_consequence(*, file_id: int, stage: str, starts_on: date, reason: str) -> dict[str, Any]:
    """记录处理决定 (通知、约谈、暂停返利、停止供货)"""
    by, at = identity.current_actor().person_id, clock.now()
    with transaction(brand_id()) as session:
        made = set_consequence(
            session, file_id=file_id, stage=stage, starts_on=starts_on, reason=reason, by=by, at=at
        )
        after = {"stage": stage, "starts_on": starts_on.isoformat(), "reason": reason}
        _audit(session, "diversion.consequence_set", file_id, after, at)
    return consequence(made, None, at=at)


@console.post("/diversion-cases/<int:file_id>/consequences/<int:consequence_id>/endings")
@identity.requires_role("brand_admin")
@contract(
    accepts=schemas.NewEndingSchema,
    returns=schemas.ConsequenceSchema,
    errors=(errors.ConsequenceUnknown, errors.AlreadyEnded),
    status=201,
)
def add_ending(*, file_id: int, consequence_id: int, reason: str) -> dict[str, Any]:
    """结束处理决定 (恢复返利、恢复供货)"""
    by, at = identity.current_actor().person_id, clock.now()
    with transaction(brand_id()) as session:
        ended, ending = end_consequence(
            session, file_id=file_id, consequence_id=consequence_id, reason=reason, by=by, at=at
        )
        after = {"consequence": str(ended.id), "stage": ended.stage, "reason": reason}
        _audit(session, "diversion.consequence_ended", file_id, after, at)
    return consequence(ended, ending, at=at)


@console.get("/diversion-photos/<int:photo_id>")
@contract(media_type="image/jpeg", errors=(errors.PhotoUnknown,))
def show_any_photo(*, photo_id: int) -> Response:
    """案件与稽查照片"""
    with transaction(brand_id()) as session:
        photo = get_photo(session, photo_id)
    return show_photo(photo)


@console.get("/diversion-policy")
@contract(returns=schemas.PolicySchema)
def show_policy() -> Policy:
    """异地扫码容忍度与期限"""
    with transaction(brand_id()) as session:
        return policy(session)


@console.post("/diversion-policy")
@identity.requires_role("brand_admin")
@contract(accepts=schemas.PolicySchema, returns=schemas.PolicySchema)
def change_policy(**chosen: int) -> dict[str, int]:
    """设置容忍度与期限"""
    at = clock.now()
    with transaction(brand_id()) as session:
        set_policy(session, **chosen, at=at)
        _audit(session, "diversion.policy_set", brand_id(), chosen, at)
    return chosen


def _audit(session: Session, action: str, subject_id: int, after: dict[str, Any], at: datetime) -> None:
    identity.record(
        session,
        actor=identity.current_actor(),
        action=action,
        subject=f"diversion:{subject_id}",
        before=None,
        after=after,
        at=at,
    )
