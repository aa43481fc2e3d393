from marshmallow import Schema, fields, validate

from app.codes.rules.specs import MOST_LEVELS, MOST_RATIO
from app.codes.schemas.batches import LEVEL
from app.kit.http import Identifier
from app.kit.paging import PageQuery, page_schema

TEXT_FORMS, LETTER_CASES = ("short", "digital_link"), ("upper", "lower")
FILE_FORMATS, ENCRYPTIONS = ("csv", "txt"), ("age", "zip")
MOST_CANARIES = 100
MOST_HOURS = 24 * 365


class LevelSchema(Schema):
    """A level of packing; ``ratio`` of the level below go into one of it."""

    name = fields.String(required=True, validate=validate.Regexp(LEVEL.pattern + r"\Z"))
    title = fields.String(required=True, validate=validate.Length(min=1, max=20))
    ratio = fields.Integer(load_default=1, strict=True, validate=validate.Range(min=1, max=MOST_RATIO))
    pair = fields.Boolean(load_default=False)
    security_code = fields.Boolean(load_default=False)
    packed_before = fields.Boolean(load_default=False)


class FormSchema(Schema):
    """How a code becomes a text; without ``host`` it is the brand's first."""

    host = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=255))
    text_form = fields.String(load_default="short", validate=validate.OneOf(TEXT_FORMS))
    letter_case = fields.String(load_default="upper", validate=validate.OneOf(LETTER_CASES))


class NewSpecSchema(FormSchema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=80))
    levels = fields.List(
        fields.Nested(LevelSchema), required=True, validate=validate.Length(min=1, max=MOST_LEVELS)
    )
    file_format = fields.String(load_default="csv", validate=validate.OneOf(FILE_FORMATS))
    encryption = fields.String(load_default="age", validate=validate.OneOf(ENCRYPTIONS))
    canaries = fields.Integer(load_default=3, strict=True, validate=validate.Range(min=0, max=MOST_CANARIES))
    download_hours = fields.Integer(
        load_default=72, allow_none=True, strict=True, validate=validate.Range(min=1, max=MOST_HOURS)
    )
    activate_hours = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=MOST_HOURS)
    )


class SpecQuery(PageQuery):
    in_use = fields.Boolean(load_default=False)


class SpecSchema(NewSpecSchema):
    id = Identifier()
    created_at = fields.DateTime(format="iso")
    retired_at = fields.DateTime(format="iso", allow_none=True)


SpecPageSchema = page_schema(SpecSchema)


class SampleSchema(Schema):
    """A printed text, and how many modules its QR code has to a side."""

    text = fields.String()
    version = fields.Integer()
    modules = fields.Integer()


class SecurityCodeSchema(Schema):
    digits = fields.String(required=True, validate=validate.Regexp(r"\A[0-9]{6}\Z"))


class SecurityCheckSchema(Schema):
    outcome = fields.String(validate=validate.OneOf(("right", "wrong", "locked")))
    tries_left = fields.Integer()
    times = fields.Integer()
    first_at = fields.DateTime(format="iso", allow_none=True)
