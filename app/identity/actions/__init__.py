"""What identity does, each verb in its caller's transaction."""

from app.identity.actions.api_keys import create_api_key, note_use, revoke_api_key
from app.identity.actions.audit import record
from app.identity.actions.merging import merge_persons
from app.identity.actions.people import make_person, note_phone, sign_in
from app.identity.actions.roles import end_role, grant_role
from app.identity.actions.sessions import (
    end_session,
    forget_ended_sessions,
    open_session,
    renew_session,
    token_keys,
    use_token_keys,
)
from app.identity.actions.staff import NewStaff, create_staff, note_failure, pass_totp, password_fits

__all__ = [
    "NewStaff",
    "create_api_key",
    "create_staff",
    "end_role",
    "end_session",
    "forget_ended_sessions",
    "grant_role",
    "make_person",
    "merge_persons",
    "note_failure",
    "note_phone",
    "note_use",
    "open_session",
    "pass_totp",
    "password_fits",
    "record",
    "renew_session",
    "revoke_api_key",
    "sign_in",
    "token_keys",
    "use_token_keys",
]
