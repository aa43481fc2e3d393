from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.channel.rules import SCOPES
from app.kit.http import Identifier

NAME = validate.Length(min=1, max=80)
COUNTY = validate.Regexp(r"[1-8]\d{5}\Z", error="six digits of GB/T 2260 are expected")
MAX_COUNTIES = 3500


class NamedSchema(Schema):
    id = Identifier()
    name = fields.String()


class NewDealerSchema(Schema):
    name = fields.String(required=True, validate=NAME)
    counties = fields.List(
        fields.String(validate=COUNTY), load_default=list, validate=validate.Length(max=MAX_COUNTIES)
    )
    house = fields.Boolean(load_default=False)


class DealerSchema(NamedSchema):
    house = fields.Boolean()
    state = fields.String(validate=validate.OneOf(("active", "closed")))
    counties = fields.List(fields.String())


class NewTerminalSchema(Schema):
    dealer_id = Identifier(required=True)
    name = fields.String(required=True, validate=NAME)
    address = fields.String(load_default="", validate=validate.Length(max=200))
    county = fields.String(required=True, validate=COUNTY)
    latitude = fields.Float(load_default=None, validate=validate.Range(min=-90, max=90))
    longitude = fields.Float(load_default=None, validate=validate.Range(min=-180, max=180))

    @validates_schema
    def _place_is_whole(self, data: dict[str, float | None], **_: object) -> None:
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            raise ValidationError("latitude and longitude belong together", "latitude")


class TerminalSchema(NamedSchema):
    dealer = fields.Nested(NamedSchema)
    address = fields.String()
    county = fields.String()
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)
    state = fields.String(validate=validate.OneOf(("active", "closed")))


class RoleSchema(Schema):
    """Roles over shops and dealers; the brand's own staff get theirs elsewhere."""

    person_id = Identifier(required=True)
    role = fields.String(required=True, validate=validate.OneOf(tuple(SCOPES)))
    scope_kind = fields.String(required=True, validate=validate.OneOf(("terminal", "dealer")))
    scope_id = Identifier(required=True)

    @validates_schema
    def _scope_fits_role(self, data: dict[str, str], **_: object) -> None:
        if SCOPES[data["role"]] != data["scope_kind"]:
            raise ValidationError(f"the scope of this role is a {SCOPES[data['role']]}", "scope_kind")
