from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.kit.http import Identifier
from app.trace.rules.epcis import SHAPES

STEPS = sorted({shape.step for shape in SHAPES.values()})
TYPES = sorted({shape.type for shape in SHAPES.values()})
EPC = validate.Length(1, 500)


class EventsQuery(Schema):
    """Parameters as EPCIS 2.0 names them (section 8.2.7.1)."""

    epc = fields.String(load_default=None, data_key="MATCH_epc", validate=EPC)
    any_epc = fields.String(load_default=None, data_key="MATCH_anyEPC", validate=EPC)
    since = fields.AwareDateTime(load_default=None, data_key="GE_eventTime")
    until = fields.AwareDateTime(load_default=None, data_key="LT_eventTime")
    step = fields.String(load_default=None, data_key="EQ_bizStep", validate=validate.OneOf(STEPS))
    type = fields.String(load_default=None, data_key="eventType", validate=validate.OneOf(TYPES))
    per_page = fields.Integer(load_default=30, data_key="perPage", validate=validate.Range(1, 100))
    token = fields.String(load_default=None, data_key="nextPageToken", validate=validate.Length(1, 32))


class ExportQuery(Schema):
    """Exactly one of a batch, a delivery note, or a business day."""

    batch_id = Identifier(load_default=None)
    shipment = fields.String(load_default=None, validate=validate.Length(1, 64))
    day = fields.Date(load_default=None)

    @validates_schema
    def _one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        if sum(value is not None for value in data.values()) != 1:
            raise ValidationError("give a batch, a delivery note or a day", "batch_id")


class LifeQuery(Schema):
    """A text in any form (code, address, Digital Link), or a code number."""

    text = fields.String(load_default=None, validate=validate.Length(1, 500))
    code_no = Identifier(load_default=None)

    @validates_schema
    def _one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        if (data["text"] is None) == (data["code_no"] is None):
            raise ValidationError("give a text or a number", "text")


class NewReportQuery(Schema):
    title = fields.String(required=True, validate=validate.Length(1, 80))


class ReportSchema(Schema):
    id = Identifier()
    batch_id = Identifier()
    title = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    attached_at = fields.DateTime(format="iso")


class ReportsSchema(Schema):
    items = fields.List(fields.Nested(ReportSchema))


class LifeBatchSchema(Schema):
    id = Identifier()
    number = fields.String()
    made_on = fields.Date(allow_none=True)
    expires_on = fields.Date(allow_none=True)


class LifeOrderSchema(Schema):
    id = Identifier()
    number = fields.String()


class LifePackSchema(Schema):
    code_no = Identifier()
    code = fields.String(allow_none=True)
    level = fields.String(allow_none=True)


class LifeQueriesSchema(Schema):
    face = fields.String()
    times = fields.Integer()
    first_at = fields.DateTime(format="iso")


class LifeStepSchema(Schema):
    at = fields.DateTime(format="iso")
    text = fields.String()


class LifeNamesSchema(Schema):
    """As GS1 and GB/T 33993 write the code; in ``element_string`` GS (U+001D) stands for FNC1."""

    digital_link = fields.String()
    element_string = fields.String()
    human_readable = fields.String()


class LifeSchema(Schema):
    """``pack`` is the order that the code was minted for; a ``canary`` is in its print file and on no goods."""

    code = fields.String(allow_none=True)
    names = fields.Nested(LifeNamesSchema, allow_none=True)
    code_no = Identifier()
    canary = fields.Boolean()
    face = fields.String()
    state = fields.String()
    level = fields.String()
    product = fields.String()
    gtin = fields.String()
    batch = fields.Nested(LifeBatchSchema)
    pack = fields.Nested(LifeOrderSchema, allow_none=True)
    packs = fields.List(fields.Nested(LifePackSchema))
    contents = fields.Integer()
    children = fields.List(fields.Nested(LifePackSchema))
    queries = fields.List(fields.Nested(LifeQueriesSchema))
    reports = fields.List(fields.Nested(ReportSchema))
    steps = fields.List(fields.Nested(LifeStepSchema))
