from marshmallow import Schema, fields, validate

from app.kit.http import Identifier


class JobsQuery(Schema):
    state = fields.String(load_default="stuck", validate=validate.OneOf(("stuck", "waiting")))
    cursor = fields.String(load_default=None, validate=validate.Length(max=32))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100))


class JobSchema(Schema):
    id = Identifier()
    kind = fields.String()
    cause = fields.String()
    attempts = fields.Integer()
    error = fields.String(allow_none=True)
    run_at = fields.DateTime(format="iso")
    stuck_at = fields.DateTime(format="iso", allow_none=True)


class ProofSchema(Schema):
    id = Identifier()
    at = fields.DateTime(format="iso")
    holds = fields.Boolean()
    findings = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
