from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.codes.rules import WORDED
from app.kit.http import Identifier

TITLE = validate.Length(min=1, max=40)
NOTE = validate.Length(min=1, max=160)
MOST = 100_000
LONGEST_DAYS = 3650


class ThresholdsSchema(Schema):
    warn_after = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=MOST))
    exceeded_after = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=MOST))

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: Any) -> None:
        if data["exceeded_after"] < data["warn_after"]:
            raise ValidationError("must not be below warn_after", "exceeded_after")


class WordsSchema(Schema):
    """What a brand says of a state in its own words; ``{n}``, ``{at}`` and ``{place}`` are filled."""

    zh_title = fields.String(validate=TITLE)
    zh_note = fields.String(validate=NOTE)
    en_title = fields.String(validate=TITLE)
    en_note = fields.String(validate=NOTE)


class AuthenticitySchema(Schema):
    inner = fields.Nested(ThresholdsSchema, required=True)
    outer = fields.Nested(ThresholdsSchema, required=True)
    claim_days = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=LONGEST_DAYS))
    shows_place = fields.Boolean(required=True)
    leak_devices = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=1000))
    words = fields.Dict(
        keys=fields.String(validate=validate.OneOf(WORDED)), values=fields.Nested(WordsSchema), load_default=dict
    )


class LeakQuery(Schema):
    days = fields.Integer(load_default=30, validate=validate.Range(min=1, max=180))


class LeakSchema(Schema):
    batch_id = Identifier()
    number = fields.String()
    level = fields.String()
    exported = fields.Boolean()
    codes = fields.Integer()
    scans = fields.Integer()
    devices = fields.Integer()
    places = fields.List(fields.String())
    first_at = fields.DateTime(format="iso")
    last_at = fields.DateTime(format="iso")
    alarmed_at = fields.DateTime(format="iso", allow_none=True)


class LeaksSchema(Schema):
    items = fields.List(fields.Nested(LeakSchema))
