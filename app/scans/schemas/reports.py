from marshmallow import Schema, fields, validate

from app.kit.http import Identifier
from app.kit.paging import PageQuery, page_schema

STATES = ("open", "answered", "closed")
LONGEST = 1000


class NewReportSchema(Schema):
    code = fields.String(required=True, validate=validate.Length(min=1, max=64))
    words = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST))
    contact = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=80))
    latitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(min=-90, max=90))
    longitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(min=-180, max=180))


class ReportedSchema(Schema):
    id = Identifier()
    state = fields.String(validate=validate.OneOf(STATES))


class MyReportSchema(Schema):
    id = Identifier()
    code = fields.String()
    words = fields.String()
    reported_at = fields.DateTime(format="iso")
    state = fields.String(validate=validate.OneOf(STATES))
    answer = fields.String(allow_none=True)
    answered_at = fields.DateTime(format="iso", allow_none=True)


class ReportQuery(PageQuery):
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class ReportSchema(MyReportSchema):
    code_no = Identifier(allow_none=True)
    place = fields.String(allow_none=True)
    has_photo = fields.Boolean()


class ReportDetailSchema(ReportSchema):
    """``others`` is how many reports of the same code there are besides."""

    contact = fields.String(allow_none=True)
    others = fields.Integer()


class AnswerSchema(Schema):
    """Without an answer the report is closed in silence: a joke, a duplicate."""

    answer = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=LONGEST))


ReportPageSchema = page_schema(ReportSchema)
MyReportPageSchema = page_schema(MyReportSchema)
