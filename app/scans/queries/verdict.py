"""The verdict on a scanned text: genuine or not, how often asked about, what it can win."""

from datetime import datetime
from typing import Any

from app import campaigns, catalog, codes, identity, rewards
from app.kit import regions
from app.kit.database import Scope
from app.kit.statement import ask
from app.scans.queries.known import Known
from app.scans.queries.promises import campaign_facts, instant

UNIT = "unit"


def unknown_verdict(text: str, actor: identity.Actor | None, *, brand_id: int, language: str) -> dict[str, Any]:
    """What is said of a text that is no code of the brand; made without a statement."""
    return {
        "code": text[:32],
        "state": "unknown",
        "level": "unit",
        "face": "outer",
        "security_code": False,
        "times": 0,
        "first_at": None,
        "first_place": None,
        "latest_at": None,
        "latest_place": None,
        **_words(codes.states.settings(brand_id), "unknown", language),
        "product": None,
        "batch": None,
        "campaign": None,
        "claim": "none",
        "prize": None,
        **viewer(actor),
    }


def viewer(actor: identity.Actor | None) -> dict[str, Any]:
    return {"signed_in": actor is not None, "roles": list(actor.role_names) if actor else []}


def look(session: Scope, found: Known) -> tuple[codes.QueriedBefore | None, rewards.Claimed | None]:
    """How often the code was asked about and who claimed it, in one round trip."""
    brand_id, read = session.info["brand_id"], found.read
    queried, claimed = ask(
        session,
        codes.query_question(brand_id=brand_id, code_no=read.code_no, face=read.face),
        rewards.claim_question(brand_id=brand_id, code_no=read.code_no),
    )
    return codes.read_query(queried), rewards.read_claim(claimed)


def verdict(
    found: Known,
    queried: codes.QueriedBefore | None,
    claimed: rewards.Claimed | None,
    *,
    brand_id: int,
    actor: identity.Actor | None,
    at: datetime,
    language: str,
) -> dict[str, Any]:
    """The verdict as JSON values; ``queried`` counts this query when it was counted before."""
    read, settings = found.read, codes.states.settings(brand_id)
    facts = catalog.product_facts(brand_id, read.batch.sku_id)
    mine = claimed is not None and actor is not None and claimed.person_id == actor.person_id
    state = _state(read, queried, settings, mine=mine)
    return {
        "code": read.text,
        "state": state,
        "level": read.batch.level,
        "face": str(read.face),
        "security_code": read.batch.has_security_code,
        "times": queried.times if queried else 0,
        **_earlier(queried, settings),
        **_words(settings, state, language),
        "product": {"name": facts.name, "spec": facts.spec, "gtin": facts.gtin, "image": None},
        "batch": {
            "number": read.batch.number,
            "made_on": read.batch.made_on.isoformat() if read.batch.made_on else None,
            "expires_on": read.batch.expires_on.isoformat() if read.batch.expires_on else None,
        },
        "campaign": campaign_facts(found.campaign, at, language) if found.campaign else None,
        "claim": _claim_state(found, claimed, mine=mine, at=at),
        "prize": prize(found.campaign, claimed) if claimed and mine else None,
        **viewer(actor),
    }


def prize(campaign: campaigns.Campaign | None, claimed: rewards.Claimed) -> dict[str, Any]:
    return {
        "kind": kind_of(campaign, claimed),
        "tier": claimed.tier_name,
        "amount_fen": claimed.amount_fen,
    }


def kind_of(campaign: campaigns.Campaign | None, claimed: rewards.Claimed) -> str:
    """What was won, by the name of its tier, which a campaign gives but once."""
    tiers = campaign.draw.tiers if campaign and claimed.tier_name and not claimed.amount_fen else ()
    kinds = (tier.prize.kind for tier in tiers if tier.name == claimed.tier_name)
    kind = next(kinds, None)
    return money_or_none(claimed.amount_fen) if kind is None or kind in campaigns.MONEY else kind


def money_or_none(amount_fen: int) -> str:
    return "cash" if amount_fen else "none"


def carries_prize(found: Known) -> bool:
    """Prizes are under the cap: the inner face of a pair, or the only face of a unit."""
    read = found.read
    return read.batch.level == UNIT and (read.face == "inner" or not read.batch.has_inner)


def _state(
    read: codes.CodeRead,
    queried: codes.QueriedBefore | None,
    settings: codes.states.Settings,
    *,
    mine: bool,
) -> str:
    """Whoever has claimed the prize need not be warned of their own looks."""
    if read.state != "active":
        return str(read.state)
    state = codes.states.query_state(queried.times if queried else 0, read.face, settings)
    return "again" if mine and state != "first" else state


def _earlier(queried: codes.QueriedBefore | None, settings: codes.states.Settings) -> dict[str, Any]:
    """When and where the code was asked about before, as far as the brand shows it."""
    if queried is None:
        return {"first_at": None, "first_place": None, "latest_at": None, "latest_place": None}
    shows = settings.shows_place
    return {
        "first_at": instant(queried.first_at),
        "first_place": _place(queried.first_county) if shows else None,
        "latest_at": instant(queried.latest_at) if queried.latest_at else None,
        "latest_place": _place(queried.latest_county) if shows else None,
    }


def _place(county: str | None) -> str | None:
    region = regions.atlas().by_code.get(county) if county else None
    return f"{region.city}{region.name}" if region else None


def _words(settings: codes.states.Settings, state: str, language: str) -> dict[str, str | None]:
    """What the brand says instead of the house's words; None where it says nothing of its own."""
    chosen = settings.words.get(state, {})
    return {name: chosen.get(f"{language}_{name}") for name in ("title", "note")}


def _claim_state(found: Known, claimed: rewards.Claimed | None, *, mine: bool, at: datetime) -> str:
    if claimed is not None:
        return "mine" if mine else "others"
    if not carries_prize(found) or found.campaign is None or found.read.state != "active":
        return "none"
    return "open" if campaigns.window_state(found.campaign.window, at) == "open" else "closed"
