"""Authenticity at the console: what a code says of itself, and leaks of codes that nobody should hold."""

from datetime import timedelta
from typing import Any

from app import identity
from app.codes import actions, errors, queries, schemas
from app.codes.routes.shell import READERS, audit, console
from app.codes.rules import Settings, Thresholds
from app.kit import clock, http, regions
from app.kit.transaction import transaction


@console.get("/authenticity")
@identity.requires_role(*READERS)
@http.contract(returns=schemas.AuthenticitySchema)
def show_authenticity() -> Settings:
    """防伪设置"""
    with transaction(http.brand_id()) as session:
        return queries.settings_of(session, http.brand_id())


@console.post("/authenticity")
@identity.requires_role("brand_admin")
@http.contract(
    accepts=schemas.AuthenticitySchema, returns=schemas.AuthenticitySchema, errors=(errors.ClaimDaysShrink,)
)
def choose_authenticity(inner: dict[str, int], outer: dict[str, int], **choices: Any) -> Settings:
    """修改防伪设置: 阈值、文案、是否显示城市、兑奖期"""
    wanted = Settings(inner=Thresholds(**inner), outer=Thresholds(**outer), **choices)
    with transaction(http.brand_id()) as session:
        at = clock.now()
        chosen = actions.choose_settings(session, wanted)
        audit(session, "codes.authenticity", "authenticity", {"inner": inner, "outer": outer, **choices}, at)
    return chosen


@console.get("/leaks")
@identity.requires_role(*READERS)
@http.contract(query=schemas.LeakQuery, returns=schemas.LeaksSchema)
def list_leaks(days: int) -> Any:
    """泄漏预警: 未激活的码被扫"""
    last = clock.business_day(clock.now())
    with transaction(http.brand_id()) as session:
        found = queries.leaks(session, first=last - timedelta(days=days - 1), last=last)
    return {"items": [_shown(leak) for leak in found]}


def _shown(leak: queries.Leak) -> dict[str, Any]:
    known = regions.atlas().by_code
    places = [f"{known[code].city}{known[code].name}" if code in known else code for code in leak.counties]
    return {name: getattr(leak, name) for name in schemas.LeakSchema().fields if name != "places"} | {
        "places": places
    }
