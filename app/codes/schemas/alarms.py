from marshmallow import Schema, fields

from app.kit.http import Identifier
from app.kit.paging import PageQuery, page_schema


class AlarmQuery(PageQuery):
    only_open = fields.Boolean(load_default=True)


class AlarmSchema(Schema):
    id = Identifier()
    kind = fields.String()
    subject = fields.String()
    details = fields.Dict()
    raised_at = fields.DateTime(format="iso")
    acknowledged_by = Identifier(allow_none=True)
    acknowledged_at = fields.DateTime(format="iso", allow_none=True)


AlarmPageSchema = page_schema(AlarmSchema)
