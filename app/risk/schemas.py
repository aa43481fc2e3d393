from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.kit.http import Identifier
from app.kit.paging import PageQuery
from app.risk.rules import ANSWERS, LEAST, MOST, NAMES, SUBJECTS

WORDS = validate.Length(min=2, max=500)
SIDES = ("rules", "staff")
ENTRY_KINDS = ("person", "device", "address", "case", "range")


class FlagsQuery(PageQuery):
    set_by = fields.String(load_default=None, validate=validate.OneOf(SIDES))
    kind = fields.String(load_default=None, validate=validate.OneOf(SUBJECTS))


class ReasonSchema(Schema):
    """``text`` is for staff only: it names figures and thresholds."""

    signal = fields.String()
    figure = fields.Integer()
    threshold = fields.Integer()
    points = fields.Integer()
    text = fields.String()


class FlagSchema(Schema):
    """``label`` is a nickname or a code where there is one. ``answer`` pay trusts, the others hold or refuse."""

    id = Identifier()
    kind = fields.String(validate=validate.OneOf(SUBJECTS))
    subject = fields.String()
    label = fields.String(allow_none=True)
    answer = fields.String(validate=validate.OneOf(ANSWERS))
    points = fields.Integer()
    reasons = fields.List(fields.Nested(ReasonSchema))
    rule_version = fields.String()
    times = fields.Integer()
    words = fields.String()
    set_by = fields.String(validate=validate.OneOf(SIDES))
    set_at = fields.AwareDateTime(format="iso")
    until = fields.AwareDateTime(format="iso", allow_none=True)
    lifted_at = fields.AwareDateTime(format="iso", allow_none=True)


class NewEntrySchema(Schema):
    """``subject`` is a person's id, a device, a hashed address or a case's code; a range has two codes."""

    kind = fields.String(required=True, validate=validate.OneOf(ENTRY_KINDS))
    subject = fields.String(load_default="", validate=validate.Length(max=200))
    first = fields.String(load_default="", validate=validate.Length(max=200))
    last = fields.String(load_default="", validate=validate.Length(max=200))
    answer = fields.String(required=True, validate=validate.OneOf(ANSWERS))
    words = fields.String(required=True, validate=WORDS)
    days = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=3650)
    )

    @validates_schema
    def _names_something(self, data: dict[str, Any], **_: object) -> None:
        wanted = ("first", "last") if data.get("kind") == "range" else ("subject",)
        for name in wanted:
            if not data.get(name):
                raise ValidationError("is needed for this kind", name)


class LiftSchema(Schema):
    words = fields.String(required=True, validate=WORDS)


class LimitsSchema(Schema):
    """Thresholds by name; what is not named keeps its default."""

    version = fields.String(dump_only=True)
    limits = fields.Dict(
        keys=fields.String(validate=validate.OneOf(NAMES)),
        values=fields.Integer(strict=True, validate=validate.Range(min=LEAST, max=MOST)),
        required=True,
    )
    defaults = fields.Dict(keys=fields.String(), values=fields.Integer(), dump_only=True)

    @validates_schema
    def _lines_ascend(self, data: dict[str, Any], **_: object) -> None:
        names = ("verify_points", "defer_points", "refuse_points")
        given = [data["limits"].get(name) for name in names]
        if any(one is not None for one in given) and (None in given or not given[0] < given[1] < given[2]):
            raise ValidationError("the three lines are set together and ascend", "limits")


class NewAppealSchema(Schema):
    held = Identifier(required=True)
    words = fields.String(required=True, validate=validate.Length(min=2, max=1000))


class AppealSchema(Schema):
    """An appeal as the person sees it; ``decision`` is null while it is open."""

    id = Identifier()
    held = Identifier(attribute="held_id")
    words = fields.String()
    at = fields.AwareDateTime(format="iso")
    decision = fields.String(allow_none=True)
    decision_words = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(format="iso", allow_none=True)


class AppealsQuery(PageQuery):
    open = fields.Boolean(load_default=True)


class FullAppealSchema(AppealSchema):
    """As staff sees it: with whom and why it was."""

    person_id = Identifier()
    code = fields.String(allow_none=True)
    answer = fields.String()
    reasons = fields.List(fields.Nested(ReasonSchema))


class DecisionSchema(Schema):
    granted = fields.Boolean(required=True)
    words = fields.String(required=True, validate=WORDS)
