from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from app.identity.rules import API_SCOPES, ROLES, is_own_path
from app.kit.http import Identifier

STATE = validate.Regexp(r"\A[0-9A-Za-z]{16,128}\Z")
LOGIN_CODE = validate.Length(min=1, max=256)
SCOPES = ("snsapi_base", "snsapi_userinfo")


def _own_path(value: str) -> None:
    if not is_own_path(value):
        raise ValidationError("must be a path of this site")


class AuthorizeQuery(Schema):
    """WeChat adds parameters of its own to links that people pass on."""

    class Meta:
        unknown = EXCLUDE

    next_path = fields.String(data_key="next", load_default="/", validate=_own_path)
    scope = fields.String(load_default="snsapi_base", validate=validate.OneOf(SCOPES))


class CallbackQuery(Schema):
    """Without ``code`` the person declined."""

    class Meta:
        unknown = EXCLUDE

    state = fields.String(required=True, validate=STATE)
    code = fields.String(load_default=None, validate=LOGIN_CODE)


class MiniProgramSignInSchema(Schema):
    app_id = fields.String(required=True, validate=validate.Length(min=1, max=64))
    js_code = fields.String(required=True, validate=LOGIN_CODE)


class PersonSchema(Schema):
    id = Identifier()
    nickname = fields.String()


class TokensSchema(Schema):
    """For browsers the tokens are empty here: they are in HttpOnly cookies."""

    access_token = fields.String()
    refresh_token = fields.String()
    expires_in = fields.Integer()


class MiniProgramSessionSchema(TokensSchema):
    person = fields.Nested(PersonSchema)


class RefreshSchema(Schema):
    refresh_token = fields.String(load_default=None, validate=validate.Length(max=2048))


class PhoneCodeSchema(Schema):
    code = fields.String(required=True, validate=LOGIN_CODE)
    app_id = fields.String(load_default=None, validate=validate.Length(min=1, max=64))


class PhoneSchema(Schema):
    phone = fields.String(metadata={"description": "masked, for example 138****0006"})


class JsSdkQuery(Schema):
    url = fields.String(required=True, validate=validate.Length(max=2048))


class JsSdkSchema(Schema):
    app_id = fields.String()
    timestamp = fields.Integer()
    nonce = fields.String()
    signature = fields.String()


class RoleGrantSchema(Schema):
    role = fields.String(validate=validate.OneOf(ROLES))
    scope_kind = fields.String()
    scope_id = Identifier()


class MeSchema(PersonSchema):
    avatar_url = fields.String(allow_none=True)
    phone = fields.String(allow_none=True, attribute="phone_masked")
    roles = fields.List(fields.Nested(RoleGrantSchema))


class StaffSignInSchema(Schema):
    email = fields.String(required=True, validate=validate.Length(min=3, max=254))
    password = fields.String(required=True, validate=validate.Length(min=1, max=128), load_only=True)
    totp = fields.String(required=True, validate=validate.Regexp(r"\A[0-9]{6}\Z"), load_only=True)


class StaffSchema(Schema):
    email = fields.String()
    name = fields.String()


class BrandSchema(Schema):
    name = fields.String()


class StaffSessionSchema(Schema):
    staff = fields.Nested(StaffSchema)
    brand = fields.Nested(BrandSchema)


class StaffMeSchema(StaffSessionSchema):
    person = fields.Nested(PersonSchema)
    roles = fields.List(fields.Nested(RoleGrantSchema))


class NewApiKeySchema(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=64))
    scopes = fields.List(
        fields.String(validate=validate.OneOf(API_SCOPES)), required=True, validate=validate.Length(min=1)
    )


class ShownApiKeySchema(Schema):
    """The only time that the key itself is shown."""

    id = Identifier()
    key = fields.String()


class ApiKeySchema(Schema):
    id = Identifier()
    name = fields.String()
    scopes = fields.List(fields.String())
    created_at = fields.AwareDateTime(format="iso")
    used_at = fields.AwareDateTime(format="iso", allow_none=True)
    revoked_at = fields.AwareDateTime(format="iso", allow_none=True)


class AuditEntrySchema(Schema):
    id = Identifier()
    position = fields.Integer()
    at = fields.AwareDateTime(format="iso")
    actor_id = Identifier(allow_none=True)
    action = fields.String()
    subject = fields.String()
    before: Any = fields.Raw(allow_none=True)
    after: Any = fields.Raw(allow_none=True)
    hash = fields.Function(lambda row: row.hash.hex())
