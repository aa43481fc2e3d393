from marshmallow import Schema, fields, validate

from app import tenancy
from app.codes.schemas.batches import CodeNo
from app.kit.http import Identifier
from app.kit.paging import page_schema

APP_ID = validate.Regexp(r"\A[0-9A-Za-z_-]{1,64}\Z")


class CodeTicketSchema(Schema):
    code_ticket = fields.String(required=True, validate=validate.Length(min=1, max=512))
    app_id = fields.String(load_default=None, allow_none=True, validate=APP_ID)


class LinkSchema(Schema):
    """``q`` as the page was handed it, encoded once or not at all; ``scancode_time`` in seconds since 1970."""

    q = fields.String(required=True, validate=validate.Length(min=1, max=1024))
    scancode_time = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0, max=1 << 40))


class CodeTextSchema(Schema):
    code = fields.String(required=True)


class LinkCodeSchema(CodeTextSchema):
    scanned_at = fields.DateTime(format="iso", allow_none=True)


class MarketKeySchema(Schema):
    key = fields.String(required=True, validate=validate.Length(min=1, max=64))


class MarketExportSchema(Schema):
    recipient = fields.String(required=True, validate=validate.Length(min=1, max=80))


class NewMarketSchema(Schema):
    batch_id = Identifier(required=True)


class MarketSchema(Schema):
    id = Identifier()
    batch_id = Identifier()
    application_id = Identifier(allow_none=True)
    state = fields.String(validate=validate.OneOf(("requested", "applied", "finished", "ready")))
    errcode = fields.Integer(allow_none=True)
    requested_at = fields.DateTime(format="iso")
    ready_at = fields.DateTime(format="iso", allow_none=True)


MarketPageSchema = page_schema(MarketSchema)


class NewActivationSchema(Schema):
    """Without a range the whole batch; without a path the page that the link rule names, too."""

    activity_name = fields.String(required=True, validate=validate.Length(min=1, max=40))
    lo = CodeNo(load_default=None, allow_none=True)
    hi = CodeNo(load_default=None, allow_none=True)
    wxa_path = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"\A[0-9A-Za-z_-][0-9A-Za-z_/-]{0,127}\Z")
    )


class ActivationSchema(Schema):
    id = Identifier()
    lo = fields.Integer()
    hi = fields.Integer()
    activity_name = fields.String()
    wxa_app_id = fields.String()
    wxa_path = fields.String()
    state = fields.String(validate=validate.OneOf(("requested", "active", "refused")))
    errcode = fields.Integer(allow_none=True)
    requested_at = fields.DateTime(format="iso")
    answered_at = fields.DateTime(format="iso", allow_none=True)


ActivationPageSchema = page_schema(ActivationSchema)


class LinkRuleSchema(Schema):
    """One line to enter at WeChat, and where it will look for the verification file."""

    prefix = fields.String()
    page = fields.String()
    folder = fields.String()


class LinkRulesSchema(Schema):
    app_id = fields.String(allow_none=True)
    rules = fields.List(fields.Nested(LinkRuleSchema))


class HostFileSchema(Schema):
    id = Identifier()
    name = fields.String()
    content = fields.String()


HostFilePageSchema = page_schema(HostFileSchema)


class NewHostFileSchema(Schema):
    """Printable characters and line ends: what WeChat hands out is one short line."""

    name = fields.String(required=True, validate=validate.Regexp(rf"\A{tenancy.HOST_FILE_NAME}\Z"))
    content = fields.String(required=True, validate=validate.Regexp(r"\A[\x20-\x7e\r\n]{1,1000}\Z"))
