from typing import Any

from flask import Response, g, jsonify
from sqlalchemy import select

from app.identity.actions import note_failure, open_session, pass_totp, password_fits, record
from app.identity.errors import Forbidden, SignInRequired, WrongCredentials
from app.identity.models import AuditRow
from app.identity.queries import StaffLogin, roles_of, staff_login, staff_login_of
from app.identity.queries import person as read_person
from app.identity.routes import cookies
from app.identity.routes.guards import anonymous, current_actor, require_own_origin
from app.identity.rules import Tokens, may_enter, names_of
from app.identity.schemas import AuditEntrySchema, StaffMeSchema, StaffSessionSchema, StaffSignInSchema
from app.kit import clock
from app.kit.errors import ForeignOrigin, TooManyRequests
from app.kit.http import blueprint, brand_id, client_address, contract, limiter
from app.kit.limits import Limit
from app.kit.paging import Page, PageQuery, page, page_schema
from app.kit.transaction import transaction

console = blueprint("identity", __name__, "console")
ADDRESS_LIMIT = Limit("identity.staff_address", "30/minute")
EMAIL_LIMIT = Limit("identity.staff_email", "10/minute")


@console.post("/sessions")
@anonymous
@contract(
    accepts=StaffSignInSchema,
    returns=StaffSessionSchema,
    errors=(WrongCredentials, ForeignOrigin, TooManyRequests),
)
def sign_in_staff(*, email: str, password: str, totp: str) -> Response:
    """后台登录: 邮箱, 密码, 动态码"""
    require_own_origin()
    limiter().require(ADDRESS_LIMIT, client_address())
    limiter().require(EMAIL_LIMIT, email.strip().lower())
    with transaction(brand_id()) as session:
        login = staff_login(session, email)
    fits = password_fits(login, password)
    tokens = _admit(login, totp, fits=fits) if login is not None else None
    if login is None or tokens is None:
        raise WrongCredentials
    staff = {"email": login.email, "name": login.name}
    response = jsonify({"staff": staff, "brand": {"name": g.brand.name}})
    cookies.give_tokens(response, "console", tokens)
    return response


@console.get("/me")
@contract(returns=StaffMeSchema, errors=(SignInRequired, Forbidden))
def staff_me() -> dict[str, Any]:
    """当前后台用户"""
    actor = current_actor()
    with transaction(actor.brand_id) as session:
        person = read_person(session, actor.person_id)
        login = staff_login_of(session, actor.person_id)
    staff = {"email": login.email if login else "", "name": person.nickname}
    return {"staff": staff, "brand": {"name": g.brand.name}, "person": person, "roles": actor.roles}


@console.get("/audit")
@contract(query=PageQuery, returns=page_schema(AuditEntrySchema), errors=(SignInRequired, Forbidden))
def list_audit(*, cursor: str | None, limit: int) -> Page[AuditRow]:
    """审计日志, 新的在前"""
    with transaction(brand_id()) as session:
        return page(session, select(AuditRow), AuditRow.position, cursor=cursor, limit=limit)


def _admit(login: StaffLogin, totp: str, *, fits: bool) -> Tokens | None:
    """Tokens for who knows password and code and works for this brand; else the failure is counted."""
    at = clock.now()
    with transaction(brand_id()) as session:
        person_id = login.person_id
        works_here = person_id is not None and may_enter("console", names_of(roles_of(session, person_id)), "GET")
        if not (fits and works_here and pass_totp(session, login, totp, at=at)) or person_id is None:
            note_failure(session, login, at=at)
            return None
        tokens = open_session(session, person_id=person_id, audience="console", at=at)
        record(
            session,
            actor=person_id,
            action="identity.staff_signed_in",
            subject=f"person:{person_id}",
            before=None,
            after=None,
            at=at,
        )
        return tokens
