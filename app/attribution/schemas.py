from marshmallow import Schema, fields

from app.kit.http import Identifier


class SaleSchema(Schema):
    id = Identifier()
    source = fields.String()
    source_id = fields.String()
    terminal_id = Identifier(allow_none=True)
    dealer_id = Identifier()
    reason = fields.String()
    rule_version = fields.String()
    at = fields.DateTime(format="iso")
