"""Verbs: claim and grant, show and redeem, settle with shops, send home, report refusals."""

from app.rewards.actions.claims import NewClaim, claim_change, hold_claims
from app.rewards.actions.delivering import (
    Parcel,
    forget_addresses,
    long_shipped,
    order,
    receive,
    ship,
)
from app.rewards.actions.granting import (
    NewGrant,
    expire_grants,
    expire_points,
    grant_change,
    new_grant,
    people_with_due_points,
    points_posting,
    tell_expiring,
)
from app.rewards.actions.redeeming import (
    AtShop,
    Redeemed,
    forget_presentations,
    note_conflict,
    redeem,
    require_in_grace,
)
from app.rewards.actions.refusing import NewRefusal, report_refusal
from app.rewards.actions.settling import change_settings, close_days, receive_goods
from app.rewards.actions.showing import (
    Face,
    face,
    look_at,
    present,
    read_offline,
    read_ticket,
    require_usable,
    ticket,
)

__all__ = [
    "AtShop",
    "Face",
    "NewClaim",
    "NewGrant",
    "NewRefusal",
    "Parcel",
    "Redeemed",
    "change_settings",
    "claim_change",
    "close_days",
    "expire_grants",
    "expire_points",
    "face",
    "forget_addresses",
    "forget_presentations",
    "grant_change",
    "hold_claims",
    "long_shipped",
    "look_at",
    "new_grant",
    "note_conflict",
    "order",
    "people_with_due_points",
    "points_posting",
    "present",
    "read_offline",
    "read_ticket",
    "receive",
    "receive_goods",
    "redeem",
    "report_refusal",
    "require_in_grace",
    "require_usable",
    "ship",
    "tell_expiring",
    "ticket",
]
