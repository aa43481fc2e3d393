from marshmallow import Schema, fields, validate

from app.kit.http import Identifier
from app.kit.paging import page_schema


class NewAssociationQuery(Schema):
    """What is known of a file beside its bytes; what its own head says is kept where this says nothing."""

    name = fields.String(required=True, validate=validate.Regexp(r"\A[^\x00-\x1f\x7f/\\]{1,200}\Z"))
    factory = fields.String(load_default=None, validate=validate.Regexp(r"\A[^\x00-\x1f\x7f]{1,64}\Z"))
    line = fields.String(load_default=None, validate=validate.Regexp(r"\A[^\x00-\x1f\x7f]{1,64}\Z"))
    dry_run = fields.Boolean(load_default=False)


class AssociationSchema(Schema):
    id = Identifier()
    name = fields.String()
    sha256 = fields.String()
    size = fields.Integer()
    dry_run = fields.Boolean()
    source = fields.String()
    factory = fields.String(allow_none=True)
    line = fields.String(allow_none=True)
    lot = fields.String(allow_none=True)
    state = fields.String()
    lines = fields.Integer()
    checked = fields.Integer()
    units = fields.Integer()
    parents = fields.Integer()
    wrong = fields.Integer()
    created_at = fields.DateTime(format="iso")
    finished_at = fields.DateTime(format="iso", allow_none=True)


class AssociationErrorSchema(Schema):
    line = fields.Integer()
    text = fields.String()
    code = fields.String()
    message = fields.String()
    message_en = fields.String()


AssociationPageSchema = page_schema(AssociationSchema)
AssociationErrorPageSchema = page_schema(AssociationErrorSchema)
