from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.kit.http import Identifier
from app.kit.paging import PageQuery, page_schema

KINDS = ("activate", "void", "freeze", "thaw")
STATES = ("requested", "refused", "planned", "done", "cancelled", "failed")
MOST_RANGES = 10_000
MOST_CODES = 1_000
HIGHEST = 1 << 40


class RangeSchema(Schema):
    lo = Identifier(required=True)
    hi = Identifier(required=True)


class _ChangeSchema(Schema):
    """What a change does, whatever it is about; without ``due_at`` it is done at once."""

    with_contents = fields.Boolean(load_default=False)
    campaign_id = Identifier(load_default=None, allow_none=True)
    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=200))
    due_at = fields.AwareDateTime(load_default=None, allow_none=True, format="iso")


class NewPlanSchema(_ChangeSchema):
    """Exactly one of ``batch_id``, ``ranges`` and ``texts`` (codes or printed addresses) says what it is about."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    batch_id = Identifier(load_default=None, allow_none=True)
    ranges = fields.List(fields.Nested(RangeSchema), load_default=list, validate=validate.Length(max=MOST_RANGES))
    texts = fields.List(
        fields.String(validate=validate.Length(max=300)),
        load_default=list,
        validate=validate.Length(max=MOST_CODES),
    )


class FileQuery(_ChangeSchema):
    name = fields.String(load_default="", validate=validate.Length(max=80))


class NewVoidSchema(Schema):
    lo = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=HIGHEST))
    hi = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=HIGHEST))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=200))


class PlanReviewSchema(Schema):
    """A refusal says why."""

    approve = fields.Boolean(required=True)
    words = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))

    @validates_schema
    def _refusals_say_why(self, data: dict[str, Any], **_: Any) -> None:
        if not data["approve"] and not (data["words"] or "").strip():
            raise ValidationError("a refusal says why", "words")


class PlanQuery(PageQuery):
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class PlanSchema(Schema):
    """``failure`` is the refusal, with its code, that a due plan met; a withdrawal is reviewed."""

    id = Identifier()
    kind = fields.String()
    subject = fields.String()
    ranges = fields.Integer()
    count = fields.Integer()
    lo = Identifier()
    hi = Identifier()
    campaign_id = Identifier(allow_none=True)
    reason = fields.String(allow_none=True)
    due_at = fields.DateTime(format="iso")
    state = fields.String(validate=validate.OneOf(STATES))
    planned_by_name = fields.String()
    planned_at = fields.DateTime(format="iso")
    reviewed_by_name = fields.String(allow_none=True)
    reviewed_at = fields.DateTime(format="iso", allow_none=True)
    review_words = fields.String(allow_none=True)
    settled_at = fields.DateTime(format="iso", allow_none=True)
    failure = fields.Dict(allow_none=True)


PlanPageSchema = page_schema(PlanSchema)
