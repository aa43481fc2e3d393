"""What channel does, each verb in its caller's transaction."""

from app.channel.actions.changes import (
    accept_change,
    apply_change,
    decline_change,
    fail_change,
    propose_change,
)
from app.channel.actions.invitations import (
    accept_invitation,
    invite,
    invite_by_case,
    read_token,
    require_open,
    revoke_invitation,
    token_of,
)
from app.channel.actions.lists import ReadList, TakenIn, read_list, take_in
from app.channel.actions.phones import of_registration, opened_phone
from app.channel.actions.places import (
    Changed,
    close_dealer,
    create_dealer,
    create_terminal,
    edit_dealer,
    edit_terminal,
    lock_terminal,
    reopen_dealer,
)
from app.channel.actions.registrations import (
    ShopFacts,
    approve_registration,
    forget_photos,
    keep_photo,
    refuse_registration,
    submit_registration,
)

__all__ = [
    "Changed",
    "ReadList",
    "ShopFacts",
    "TakenIn",
    "accept_change",
    "accept_invitation",
    "apply_change",
    "approve_registration",
    "close_dealer",
    "create_dealer",
    "create_terminal",
    "decline_change",
    "edit_dealer",
    "edit_terminal",
    "fail_change",
    "forget_photos",
    "invite",
    "invite_by_case",
    "keep_photo",
    "lock_terminal",
    "of_registration",
    "opened_phone",
    "propose_change",
    "read_list",
    "read_token",
    "refuse_registration",
    "reopen_dealer",
    "require_open",
    "revoke_invitation",
    "submit_registration",
    "take_in",
    "token_of",
]
