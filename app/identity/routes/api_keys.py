from typing import Any

from app.identity.actions import create_api_key, revoke_api_key
from app.identity.errors import Forbidden, UnknownApiKey
from app.identity.queries import api_key_page
from app.identity.routes.guards import current_actor, requires_role
from app.identity.schemas import ApiKeySchema, NewApiKeySchema, ShownApiKeySchema
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import Page, PageQuery, page_schema
from app.kit.transaction import transaction

api_keys = blueprint("api_keys", __name__, "console")


@api_keys.get("/api-keys")
@requires_role("brand_admin", "auditor")
@contract(query=PageQuery, returns=page_schema(ApiKeySchema), errors=(Forbidden,))
def list_api_keys(*, cursor: str | None, limit: int) -> Page[Any]:
    """开放接口密钥"""
    with transaction(brand_id()) as session:
        return api_key_page(session, cursor=cursor, limit=limit)


@api_keys.post("/api-keys")
@requires_role("brand_admin")
@contract(accepts=NewApiKeySchema, returns=ShownApiKeySchema, errors=(Forbidden,), status=201)
def post_api_key(*, name: str, scopes: list[str]) -> dict[str, Any]:
    """新建开放接口密钥 (只显示这一次)"""
    with transaction(brand_id()) as session:
        by = current_actor().person_id
        key = create_api_key(session, name=name, scopes=scopes, by=by, at=clock.now())
    return {"id": key.id, "key": key.text}


@api_keys.delete("/api-keys/<int:key_id>")
@requires_role("brand_admin")
@contract(errors=(Forbidden, UnknownApiKey))
def delete_api_key(*, key_id: int) -> None:
    """停用开放接口密钥"""
    with transaction(brand_id()) as session:
        revoke_api_key(session, key_id=key_id, by=current_actor().person_id, at=clock.now())
