"""The life of 一物一码: applied for, generated, downloaded, activated, scanned, its ticket traded once."""

import hashlib
import hmac
import json
import secrets

from tests.sandbox import crypto
from tests.sandbox.people import openid_of
from tests.sandbox.registry import App
from tests.sandbox.world import World

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DAY = 86400
FILES_LIVE = 3 * DAY
TICKET_LIVES = 300
TERMS = {"finish_seconds": 60, "codes_per_file": 4000, "columns": "full"}
COLUMNS = ("full", "short")


class Invalid(Exception):
    """The arguments are refused with 40097; the text is its hint."""


def key_of(world: World, app_id: str) -> str:
    """The key that an account was told in its inbox: 32 characters, for ever the same."""
    digest = hmac.new(bytes.fromhex(world.registry.salt), f"market|{app_id}".encode(), hashlib.sha256)
    return digest.hexdigest()[:32]


def terms_of(world: World) -> dict:
    return TERMS | json.loads(world.store.setting("market.terms", "{}"))


def change_terms(world: World, changes: dict) -> dict:
    """Raises Invalid for a name or a value that there is not."""
    if changes.keys() - TERMS.keys() or changes.get("columns", "full") not in COLUMNS:
        raise Invalid(f"known: {TERMS}, columns: {COLUMNS}")
    kept = json.dumps(terms_of(world) | changes)
    world.store.keep_setting("market.terms", kept)
    return json.loads(kept)


def apply(world: World, app: App, count: int, isv_application_id: str) -> dict:
    """The application of this isv_application_id, made now unless it exists; Invalid for another count."""
    with world.store.transaction():
        statement = "select * from market_application where app_id = ? and isv_application_id = ?"
        known = world.store.one(statement, app.app_id, isv_application_id)
        if known is None:
            known = _begin(world, app, count, isv_application_id)
        if known["code_count"] != count:
            raise Invalid("isv_application_id 已存在, code_count 不一致")
    return known


def _begin(world: World, app: App, count: int, isv_application_id: str) -> dict:
    now, number = world.clock.now(), secrets.randbelow(10**12) + 10**12
    row = {"application_id": number, "app_id": app.app_id, "isv_application_id": isv_application_id}
    row |= {"code_count": count, "status": "INIT", "created_at": now, "updated_at": now}
    world.store.insert("market_application", **row)
    world.scheduler.plan("market.finish", str(number), after=terms_of(world)["finish_seconds"])
    return row


def finish(world: World, number: str) -> None:
    """Make the codes: nine characters that do not tell their index, and the text that is printed."""
    with world.store.transaction():
        row = find(world, int(number))
        if row is None or row["status"] == "FINISH":
            return
        for position in range(row["code_count"]):
            code = "".join(secrets.choice(ALPHABET) for _ in range(9))
            printed = f"P.URL.CN/{secrets.token_hex(5).upper()}{code}"
            world.store.insert(
                "market_code", code=code, application_id=row["application_id"], position=position, printed=printed
            )
        statement = "update market_application set status = 'FINISH', updated_at = ? where application_id = ?"
        world.store.run(statement, world.clock.now(), row["application_id"])


def find(world: World, application_id: int) -> dict | None:
    return world.store.one("select * from market_application where application_id = ?", application_id)


def renew_files(world: World, row: dict) -> None:
    """Who asks how an application stands gets files that live for another three days."""
    statement = "update market_application set files_until = ? where application_id = ?"
    world.store.run(statement, world.clock.now() + FILES_LIVE, row["application_id"])


def ranges_of(world: World, row: dict) -> list[dict]:
    """How the codes are cut into files, both ends included."""
    size, count = terms_of(world)["codes_per_file"], row["code_count"]
    return [
        {"code_start": start, "code_end": min(start + size, count) - 1} for start in range(0, count, int(size))
    ]


def package(world: World, row: dict, start: int, end: int, *, key: str, garbled: bool) -> str:
    statement = "select * from market_code where application_id = ? and position between ? and ? order by position"
    rows = [_line(world, one) for one in world.store.all(statement, row["application_id"], start, end)]
    return crypto.seal_package(key, "垃圾\n" * len(rows) if garbled else "\n".join(rows) + "\n")


def _line(world: World, code: dict) -> str:
    """`full` has the raw code and a flag between index and printed text, `short` has neither."""
    if terms_of(world)["columns"] == "short":
        return f"{code['position']} {code['printed']}"
    return f"{code['position']}\t{code['code']}\t0\t{code['printed']}"


def activate(world: World, row: dict, start: int, end: int, terms: dict) -> None:
    """The same activation again changes nothing; Invalid for one that overlaps under other terms."""
    with world.store.transaction():
        statement = """select * from market_activation
                       where application_id = ? and code_start <= ? and code_end >= ?"""
        for known in world.store.all(statement, row["application_id"], end, start):
            if (known["code_start"], known["code_end"], json.loads(known["terms"])) == (start, end, terms):
                return
            raise Invalid("码段已激活")
        world.store.insert(
            "market_activation",
            application_id=row["application_id"],
            code_start=start,
            code_end=end,
            terms=json.dumps(terms, ensure_ascii=False),
        )


def code_at(world: World, application_id: int, position: int) -> dict | None:
    statement = "select * from market_code where application_id = ? and position = ?"
    return world.store.one(statement, application_id, position)


def code_named(world: World, name: str) -> dict | None:
    """By its nine characters or by what is printed."""
    return world.store.one("select * from market_code where code = ?1 or printed = ?1", name)


def activation_of(world: World, code: dict) -> dict | None:
    statement = "select * from market_activation where application_id = ? and ? between code_start and code_end"
    return world.store.one(statement, code["application_id"], code["position"])


def described(world: World, code: dict) -> dict | None:
    """What WeChat tells of an active code; None for a dead one."""
    found = activation_of(world, code)
    if found is None:
        return None
    row = find(world, code["application_id"])
    told = {"code": code["code"], "application_id": row["application_id"]}
    told |= {"isv_application_id": row["isv_application_id"], **json.loads(found["terms"])}
    return told | {"code_start": found["code_start"], "code_end": found["code_end"]}


def new_ticket(world: World, code: dict, user_id: str) -> str:
    ticket = secrets.token_hex(16)
    expires_at = world.clock.now() + TICKET_LIVES
    world.store.insert("market_ticket", ticket=ticket, code=code["code"], user_id=user_id, expires_at=expires_at)
    return ticket


def use_ticket(world: World, app: App, ticket: str, openid: str) -> dict | None:
    """The code of a ticket that this account's application made and this person scanned; once."""
    with world.store.transaction():
        row = world.store.one("select * from market_ticket where ticket = ? and used = 0", ticket)
        if row is None or row["expires_at"] <= world.clock.now():
            return None
        code = code_named(world, row["code"])
        own = find(world, code["application_id"])["app_id"] == app.app_id
        if not own or openid not in _openids(world, app, row["user_id"]):
            return None
        world.store.run("update market_ticket set used = 1 where ticket = ?", ticket)
    return code


def _openids(world: World, app: App, user_id: str) -> set[str]:
    """The account's own openid of the person, or that of the brand's mini-program."""
    return {
        openid_of(world.registry, one, user_id) for one in world.registry.apps.values() if one.brand == app.brand
    }
