from marshmallow import Schema, fields, validate

from app.kit.http import Identifier
from app.kit.paging import page_schema

MOST_SKUS = 50


def _name(longest: int = 80, **kwargs: object) -> fields.String:
    return fields.String(validate=validate.Length(min=1, max=longest), **kwargs)  # type: ignore[arg-type]  # Field's own


class NewSkuSchema(Schema):
    gtin = fields.String(required=True, validate=validate.Length(min=8, max=14))
    name = _name(required=True)
    spec = _name(40, required=True)
    suggested_fen = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=0, max=100_000_000)
    )
    shelf_life_days = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=36_500)
    )


class SkuSchema(Schema):
    id = Identifier()
    gtin = fields.String()
    name = fields.String()
    spec = fields.String()
    suggested_fen = fields.Integer(allow_none=True)
    shelf_life_days = fields.Integer(allow_none=True)


class NewProductSchema(Schema):
    name = _name(required=True)
    name_en = fields.String(load_default="", validate=validate.Length(max=80))
    brand_line = fields.String(load_default="", validate=validate.Length(max=80))
    skus = fields.List(fields.Nested(NewSkuSchema), required=True, validate=validate.Length(min=1, max=MOST_SKUS))


class ProductSchema(Schema):
    id = Identifier()
    name = fields.String()
    name_en = fields.String()
    brand_line = fields.String()
    skus = fields.List(fields.Nested(SkuSchema))


ProductPageSchema = page_schema(ProductSchema)


class CompanyPrefixSchema(Schema):
    prefix = fields.String(allow_none=True)


class NewCompanyPrefixSchema(Schema):
    prefix = fields.String(required=True, validate=validate.Length(min=1, max=12))


class NewLinkSchema(Schema):
    link_type = fields.String(required=True, validate=validate.Regexp(r"gs1:[a-zA-Z]{1,36}\Z"))
    title = _name(required=True)
    title_en = _name(required=True)
    href = fields.Url(required=True, schemes={"https"}, relative=False, validate=validate.Length(max=500))
    language = fields.String(required=True, validate=validate.OneOf(("zh", "en")))
    media_type = fields.String(load_default="text/html", validate=validate.Regexp(r"[a-z]+/[a-z0-9.+-]{1,70}\Z"))


class LinkSchema(Schema):
    id = Identifier()
    sku_id = Identifier()
    link_type = fields.String()
    title = fields.String()
    title_en = fields.String()
    href = fields.String()
    language = fields.String()
    media_type = fields.String()
    created_at = fields.DateTime(format="iso")


class LinksSchema(Schema):
    items = fields.List(fields.Nested(LinkSchema))
