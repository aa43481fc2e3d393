"""The console's part of the catalogue."""

from dataclasses import asdict
from typing import Any

from app import identity
from app.catalog import actions, errors, queries, schemas
from app.kit import clock, http
from app.kit.paging import PageQuery
from app.kit.transaction import transaction

console = http.blueprint("catalog", __name__, "console")
BLUEPRINTS = (console,)


@console.get("/products")
@identity.requires_role("brand_admin", "brand_operator", "auditor")
@http.contract(query=PageQuery, returns=schemas.ProductPageSchema)
def list_products(cursor: str | None, limit: int) -> Any:
    """产品与规格列表。"""
    with transaction(http.brand_id()) as session:
        return queries.product_page(session, cursor=cursor, limit=limit)


@console.post("/products")
@identity.requires_role("brand_admin", "brand_operator")
@http.contract(
    accepts=schemas.NewProductSchema,
    returns=schemas.ProductSchema,
    errors=(errors.InvalidGtin, errors.GtinTaken),
    status=201,
)
def create_product(skus: list[dict[str, Any]], **product: str) -> Any:
    """登记一个产品和它的规格。"""
    with transaction(http.brand_id()) as session:
        made = actions.create_product(session, **product)
        for sku in skus:
            actions.add_sku(session, product_id=made.id, **sku)
        identity.record(
            session,
            actor=identity.current_actor(),
            action="catalog.create_product",
            subject=f"product:{made.id}",
            before=None,
            after={"name": made.name, "gtins": [sku["gtin"] for sku in skus]},
            at=clock.now(),
        )
        return queries.product(session, made.id)


@console.get("/company-prefix")
@identity.requires_role("brand_admin", "brand_operator", "auditor")
@http.contract(returns=schemas.CompanyPrefixSchema)
def show_company_prefix() -> Any:
    """厂商识别代码 (GS1)。"""
    return {"prefix": queries.company_prefix(http.brand_id())}


@console.post("/company-prefix")
@identity.requires_role("brand_admin")
@http.contract(accepts=schemas.NewCompanyPrefixSchema, errors=(errors.InvalidCompanyPrefix,))
def set_company_prefix(prefix: str) -> None:
    """登记厂商识别代码, 用于 SSCC、GLN 和 EPCIS。"""
    before = queries.company_prefix(http.brand_id())
    with transaction(http.brand_id()) as session:
        actions.set_company_prefix(session, prefix=prefix)
        identity.record(
            session,
            actor=identity.current_actor(),
            action="catalog.set_company_prefix",
            subject="company_prefix",
            before={"prefix": before},
            after={"prefix": prefix},
            at=clock.now(),
        )


@console.get("/skus/<int:sku_id>/links")
@identity.requires_role("brand_admin", "brand_operator", "auditor")
@http.contract(returns=schemas.LinksSchema, errors=(errors.UnknownSku,))
def list_links(sku_id: int) -> Any:
    """一个规格的 GS1 数字链接去向。"""
    with transaction(http.brand_id()) as session:
        return {"items": queries.links_of_sku(session, sku_id)}


@console.post("/skus/<int:sku_id>/links")
@identity.requires_role("brand_admin", "brand_operator")
@http.contract(
    accepts=schemas.NewLinkSchema,
    returns=schemas.LinkSchema,
    errors=(errors.UnknownSku, errors.LinkTaken),
    status=201,
)
def add_link(sku_id: int, **link: str) -> Any:
    """给一个规格添加数字链接去向 (仅 https)。"""
    with transaction(http.brand_id()) as session:
        at = clock.now()
        row = actions.add_link(session, sku_id=sku_id, link=queries.Link(**link), at=at)
        identity.record(
            session,
            actor=identity.current_actor(),
            action="catalog.add_link",
            subject=f"sku:{sku_id}",
            before=None,
            after=link,
            at=at,
        )
        return row


@console.delete("/links/<int:link_id>")
@identity.requires_role("brand_admin", "brand_operator")
@http.contract(errors=(errors.UnknownLink,))
def remove_link(link_id: int) -> None:
    """删除一个数字链接去向。"""
    with transaction(http.brand_id()) as session:
        gone = actions.remove_link(session, link_id=link_id)
        identity.record(
            session,
            actor=identity.current_actor(),
            action="catalog.remove_link",
            subject=f"link:{link_id}",
            before=asdict(gone),
            after=None,
            at=clock.now(),
        )
