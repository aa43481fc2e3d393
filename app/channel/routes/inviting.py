"""Invitations made by the brand, by dealers and their salesmen, and by owners for their clerks."""

from datetime import timedelta
from typing import Any

import segno
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app import identity
from app.channel import errors, schemas
from app.channel.actions import invite, revoke_invitation
from app.channel.models import Invitation
from app.channel.queries import get_own_terminal, get_terminal, invitations, names_of
from app.channel.routes.records import WRITERS, audit, link_of, one_of_own, own_dealers, phone_or_none
from app.kit import clock
from app.kit.errors import TooManyRequests
from app.kit.http import blueprint, brand_id, contract, limiter
from app.kit.limits import Limit
from app.kit.paging import PageQuery, page, page_schema
from app.kit.transaction import transaction

console = blueprint("channel_inviting", __name__, "console")
dealer = blueprint("channel_inviting", __name__, "dealer")
terminal = blueprint("channel_inviting", __name__, "terminal")
INVITE_LIMIT = Limit("channel.invite", "120/hour")
CLERK_LASTS = timedelta(days=2)
REFUSALS = (errors.UnknownDealer, errors.UnknownTerminal, errors.PhoneRequired, TooManyRequests)


@console.get("/invitations")
@contract(query=PageQuery, returns=page_schema(schemas.InvitationSchema))
def list_invitations(*, cursor: str | None, limit: int) -> dict[str, Any]:
    """邀请列表"""
    return _listed(invitations(), cursor, limit)


@console.get("/invitations/<int:invitation_id>")
@contract(returns=schemas.InvitationSchema, errors=(errors.UnknownInvitation,))
def show_invitation(*, invitation_id: int) -> dict[str, Any]:
    """一个邀请与它的二维码"""
    return _one(invitations(), invitation_id)


@console.post("/invitations")
@identity.requires_role(*WRITERS)
@contract(accepts=schemas.NewInvitationSchema, returns=schemas.InvitationSchema, errors=REFUSALS, status=201)
def invite_by_brand(*, dealer_id: int | None, terminal_id: int | None, **invitation: Any) -> dict[str, Any]:
    """品牌邀请店主、店员、业务员或经销商"""
    with transaction(brand_id()) as session:
        if dealer_id is None:
            if terminal_id is None:
                raise errors.UnknownDealer
            dealer_id = get_terminal(session, terminal_id).dealer_id
        return _invite(session, dealer_id=dealer_id, terminal_id=terminal_id, **invitation)


@console.delete("/invitations/<int:invitation_id>")
@identity.requires_role(*WRITERS)
@contract(errors=(errors.UnknownInvitation, errors.InvitationExpired), status=204)
def revoke_by_brand(*, invitation_id: int) -> None:
    """撤回邀请"""
    _revoke(invitation_id, invitations())


@dealer.get("/invitations")
@contract(query=PageQuery, returns=page_schema(schemas.InvitationSchema))
def list_own_invitations(*, cursor: str | None, limit: int) -> dict[str, Any]:
    """本经销商发出的邀请"""
    return _listed(_own(), cursor, limit)


@dealer.get("/invitations/<int:invitation_id>")
@contract(returns=schemas.InvitationSchema, errors=(errors.UnknownInvitation,))
def show_own_invitation(*, invitation_id: int) -> dict[str, Any]:
    """本经销商的一个邀请与它的二维码"""
    return _one(_own(), invitation_id)


@dealer.post("/invitations")
@contract(
    accepts=schemas.NewInvitationSchema,
    returns=schemas.InvitationSchema,
    errors=(*REFUSALS, errors.MayNotInvite),
    status=201,
)
def invite_by_dealer(
    *, role: str, dealer_id: int | None, terminal_id: int | None, **invitation: Any
) -> dict[str, Any]:
    """邀请店主登记门店, 或邀请店员、业务员 (业务员只邀请店主登记)"""
    mine = one_of_own(own_dealers("dealer", "salesman"), dealer_id)
    registers = role == "owner" and terminal_id is None
    if role == "dealer" or not (registers or mine in own_dealers("dealer")):
        raise errors.MayNotInvite  # who acts for the dealer itself is the brand's to say
    with transaction(brand_id()) as session:
        return _invite(session, role=role, dealer_id=mine, terminal_id=terminal_id, **invitation)


@dealer.delete("/invitations/<int:invitation_id>")
@contract(errors=(errors.UnknownInvitation, errors.InvitationExpired), status=204)
def revoke_by_dealer(*, invitation_id: int) -> None:
    """撤回本经销商的邀请"""
    _revoke(invitation_id, _own())


@terminal.post("/invitations")
@identity.requires_role("owner")
@contract(
    accepts=schemas.NewClerkInvitationSchema,
    returns=schemas.InvitationSchema,
    errors=(*REFUSALS, errors.TerminalNotChosen, errors.MayNotInvite),
    status=201,
)
def invite_clerk(*, terminal_id: int | None) -> dict[str, Any]:
    """店主邀请一位店员"""
    actor = identity.current_actor()
    with transaction(brand_id()) as session:
        shop = get_own_terminal(session, actor, terminal_id)
        if shop.id not in identity.scope_ids(actor, "owner"):
            raise errors.MayNotInvite
        return _invite(
            session,
            role="clerk",
            dealer_id=shop.dealer_id,
            terminal_id=shop.id,
            phone=None,
            max_uses=1,
            days=CLERK_LASTS.days,
        )


def _invite(session: Session, *, phone: str | None, days: int, **invitation: Any) -> dict[str, Any]:
    by, at = identity.current_actor(), clock.now()
    limiter().require(INVITE_LIMIT, f"{by.brand_id}:{by.person_id}")
    expires_at = at + timedelta(days=days)
    number = phone_or_none(phone)
    made = invite(session, phone=number, expires_at=expires_at, by=by.person_id, at=at, **invitation)
    after = {"role": made.role, "dealer": str(made.dealer_id), "max_uses": made.max_uses}
    audit(session, "channel.invited", f"invitation:{made.id}", after, at)
    return _with_qr(_shown(session, [made])[0])


def _with_qr(shown: dict[str, Any]) -> dict[str, Any]:
    """The link as a picture, where it is shown at all."""
    url = shown["url"]
    return shown | {"qr": segno.make(url, error="m", micro=False).svg_data_uri(scale=8) if url else None}


def _one(visible: Select[Invitation], invitation_id: int) -> dict[str, Any]:
    with transaction(brand_id()) as session:
        found = session.scalar(visible.where(Invitation.id == invitation_id))
        if found is None:
            raise errors.UnknownInvitation
        return _with_qr(_shown(session, [found])[0])


def _own() -> Select[Invitation]:
    return invitations(dealers=own_dealers("dealer"), salesmen_of=own_dealers("salesman"))


def _revoke(invitation_id: int, visible: Select[Invitation]) -> None:
    at = clock.now()
    with transaction(brand_id()) as session:
        if session.scalar(visible.where(Invitation.id == invitation_id)) is None:
            raise errors.UnknownInvitation
        revoke_invitation(session, invitation_id, at=at)
        audit(session, "channel.invitation_revoked", f"invitation:{invitation_id}", None, at)


def _listed(statement: Select[Invitation], cursor: str | None, limit: int) -> dict[str, Any]:
    with transaction(brand_id()) as session:
        found = page(session, statement, Invitation.id, cursor=cursor, limit=limit)
        return {"items": _shown(session, list(found.items)), "next_cursor": found.next_cursor}


def _shown(session: Session, rows: list[Invitation]) -> list[dict[str, Any]]:
    names = names_of(session, dealers={row.dealer_id for row in rows}, terminals={row.terminal_id for row in rows})
    reads_only = {"auditor"} >= set(identity.current_actor().role_names)
    plain = ("id", "role", "max_uses", "uses", "expires_at", "revoked_at")
    return [
        {name: getattr(row, name) for name in plain}
        | {
            "dealer": names[row.dealer_id],
            "terminal": names.get(row.terminal_id),
            "phone": row.phone_masked,
            "url": None if reads_only else link_of(row.id),
        }
        for row in rows
    ]
