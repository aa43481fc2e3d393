"""Code specs at the console, and how what they print will look."""

from typing import Any

from flask import current_app, g

from app import identity
from app.codes import actions, errors, queries, schemas
from app.codes.rules.specs import Form, Level, sample
from app.kit import clock, http
from app.kit.transaction import transaction

console = http.blueprint("code_specs", __name__, "console")
READERS = ("brand_admin", "brand_operator", "auditor")
WRITERS = ("brand_admin", "brand_operator")


@console.get("/specs")
@identity.requires_role(*READERS)
@http.contract(query=schemas.SpecQuery, returns=schemas.SpecPageSchema)
def list_specs(*, in_use: bool, cursor: str | None, limit: int) -> Any:
    """码规格列表。"""
    with transaction(http.brand_id()) as session:
        return queries.spec_page(session, in_use=in_use, cursor=cursor, limit=limit)


@console.get("/specs/<int:spec_id>")
@identity.requires_role(*READERS)
@http.contract(returns=schemas.SpecSchema, errors=(errors.UnknownSpec,))
def show_spec(*, spec_id: int) -> Any:
    """一个码规格。"""
    with transaction(http.brand_id()) as session:
        return queries.spec_row(session, spec_id)


@console.post("/specs")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.NewSpecSchema,
    returns=schemas.SpecSchema,
    errors=(errors.BrokenLevels, errors.ForeignHost, errors.SpecNameTaken),
    status=201,
)
def create_spec(levels: list[dict[str, Any]], **spec: Any) -> Any:
    """新建码规格; 建好后不能改, 只能停用。"""
    new = actions.NewSpec(levels=tuple(Level(**level) for level in levels), **spec)
    with transaction(http.brand_id()) as session:
        at, actor = clock.now(), identity.current_actor()
        row = actions.create_spec(session, new, by=actor.person_id, at=at)
        after = {"name": row.name, "levels": [level.name for level in new.levels], "encryption": row.encryption}
        _audit(session, "codes.create_spec", row.id, after, at)
        return row


@console.post("/specs/<int:spec_id>/retirement")
@identity.requires_role(*WRITERS)
@http.contract(returns=schemas.SpecSchema, errors=(errors.UnknownSpec, errors.SpecRetired))
def retire_spec(*, spec_id: int) -> Any:
    """停用码规格; 已有的码包不受影响。"""
    with transaction(http.brand_id()) as session:
        at, actor = clock.now(), identity.current_actor()
        row = actions.retire_spec(session, spec_id=spec_id, by=actor.person_id, at=at)
        _audit(session, "codes.retire_spec", spec_id, {"name": row.name}, at)
        return row


@console.post("/specs/sample")
@identity.requires_role(*READERS)
@http.contract(accepts=schemas.FormSchema, returns=schemas.SampleSchema)
def show_sample(*, host: str | None, text_form: Any, letter_case: Any) -> Any:
    """样码: 印出来的文字和二维码大小。"""
    base = f"{current_app.config['MALU_PUBLIC_SCHEME']}://{host or g.brand.host}"
    return sample(Form(base, text_form, letter_case))


def _audit(session: Any, action: str, spec_id: int, after: dict[str, Any], at: Any) -> None:
    actor, subject = identity.current_actor(), f"spec:{spec_id}"
    identity.record(session, actor=actor, action=action, subject=subject, before=None, after=after, at=at)
