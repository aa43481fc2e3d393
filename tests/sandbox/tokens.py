"""One-time codes and tokens: issued, used once, expired, revoked."""

import base64
import secrets

from tests.sandbox.world import World

CODE_LIFE = 300
TOKEN_LIFE = 7200
REFRESH_LIFE = 30 * 86400
OVERLAP = 300


def issue_code(world: World, kind: str, app_id: str, user_id: str, scope: str = "") -> str:
    """`kind` is js, oauth or phone; five minutes, once."""
    code = secrets.token_urlsafe(24)[:32]
    expires_at = world.clock.now() + CODE_LIFE
    world.store.insert(
        "code", code=code, kind=kind, app_id=app_id, user_id=user_id, scope=scope, expires_at=expires_at
    )
    return code


def use_code(world: World, kind: str, app_id: str, code: str) -> dict | int:
    """The code's row, or the errcode that WeChat answers."""
    with world.store.transaction():
        row = world.store.one("select * from code where code = ? and kind = ? and app_id = ?", code, kind, app_id)
        if row is None or row["expires_at"] <= world.clock.now():
            return 40029
        if row["used"]:
            return 40163 if kind != "phone" else 40029
        world.store.run("update code set used = 1 where code = ?", code)
    return row


def new_session_key(world: World, app_id: str, user_id: str) -> str:
    """Every login makes a new one; data encrypted from now on uses it."""
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    world.store.run("insert or replace into session_key values (?, ?, ?)", app_id, user_id, key)
    return key


def kept_session_key(world: World, app_id: str, user_id: str) -> str | None:
    row = world.store.one("select * from session_key where app_id = ? and user_id = ?", app_id, user_id)
    return row["session_key"] if row else None


def issue_token(world: World, kind: str, app_id: str, user_id: str = "", scope: str = "") -> dict:
    token = f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(72)}"
    row = {"token": token, "kind": kind, "app_id": app_id, "user_id": user_id, "scope": scope}
    row["expires_at"] = world.clock.now() + (REFRESH_LIFE if kind == "refresh" else TOKEN_LIFE)
    world.store.insert("token", **row)
    return row


def current_token(world: World, kind: str, app_id: str, *, left: float = 0) -> dict | None:
    """The newest living token of an app that lives for more than `left` seconds."""
    statement = """select * from token where app_id = ? and kind = ? and revoked = 0 and expires_at > ?
                   order by expires_at desc, rowid desc limit 1"""
    return world.store.one(statement, app_id, kind, world.clock.now() + left)


def find_token(world: World, kinds: tuple[str, ...], token: str) -> dict | int:
    """The token's row, or 40001 when it is not (or no longer) known, 42001 when it has expired."""
    row = world.store.one("select * from token where token = ?", token)
    if row is None or row["kind"] not in kinds or row["revoked"]:
        return 40001
    return row if row["expires_at"] > world.clock.now() else 42001


def revoke_tokens(world: World, kind: str, app_id: str) -> None:
    world.store.run("update token set revoked = 1 where app_id = ? and kind = ?", app_id, kind)


def revoke_api_tokens(world: World, token: str) -> None:
    """Kill the app's interface tokens, as when another server of the same app asked for a new one."""
    row = world.store.one("select app_id from token where token = ?", token)
    if row:
        revoke_tokens(world, "stable", row["app_id"])
        revoke_tokens(world, "plain", row["app_id"])


def lasting(world: World, row: dict) -> int:
    return max(0, round(row["expires_at"] - world.clock.now()))
