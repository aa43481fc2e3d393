"""Tells the merchant how a bill ended, signed and encrypted, and again until it is heard."""

import json
import secrets
import uuid
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from tests.sandbox import crypto
from tests.sandbox.clock import rfc3339
from tests.sandbox.faults import Fault
from tests.sandbox.registry import Merchant
from tests.sandbox.rules import is_loopback
from tests.sandbox.signing import signed_headers
from tests.sandbox.terms import terms_of
from tests.sandbox.transfers import find_bill
from tests.sandbox.world import World

PLAN = (0, *[15] * 10, *[300] * 10, *[1800] * 44)
PATIENCE = 5.0
HELD_BACK = 15
HEARD = {200, 204}


def announce(world: World, transfer_bill_no: str) -> None:
    """A bill reached its end: the first notification goes out at once, if the merchant gave an address."""
    bill = find_bill(world, transfer_bill_no)
    if bill is None or not bill["notify_url"]:
        return
    row = compose(world, bill, {})
    with world.store.transaction():
        world.store.insert("notification", **row)
        world.scheduler.plan("notify", row["id"], after=PLAN[0])


def compose(world: World, bill: dict, overrides: dict, number: str | None = None) -> dict:
    """A notification about the bill as it is now, not yet kept or sent."""
    return {
        "id": number or str(uuid.uuid4()),
        "mch_id": bill["mch_id"],
        "out_bill_no": bill["out_bill_no"],
        "url": bill["notify_url"] or "",
        "plaintext": plaintext_of(bill, **overrides),
        "state": "pending",
        "created_at": world.clock.now(),
    }


def plaintext_of(bill: dict, **overrides: object) -> str:
    told = {name: bill[name] for name in ("out_bill_no", "transfer_bill_no", "state", "mch_id", "openid")}
    told |= {"transfer_amount": bill["amount"]}
    told |= {"create_time": rfc3339(bill["created_at"]), "update_time": rfc3339(bill["updated_at"])}
    if bill["fail_reason"]:
        told["fail_reason"] = bill["fail_reason"]
    return json.dumps({**told, **overrides}, ensure_ascii=False)


def write_letter(world: World, notification: dict, fault: Fault | None = None) -> tuple[dict, bytes]:
    """(headers, body) of one sending: the same id and content, a fresh signature."""
    merchant = world.registry.merchants[notification["mch_id"]]
    resource = {"original_type": "mch_payment", **_resource(merchant, notification["plaintext"], fault)}
    envelope = {
        "id": notification["id"],
        "create_time": rfc3339(notification["created_at"]),
        "resource_type": "encrypt-resource",
        "event_type": "MCHTRANSFER.BILL.FINISHED",
        "summary": "商家转账单据终态通知",
        "resource": resource,
    }
    body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    serial = terms_of(world, merchant.mch_id).serials(merchant)[0]
    headers = {"Content-Type": "application/json", "User-Agent": "Mozilla/4.0", "Accept": "*/*"}
    headers["Request-ID"] = f"08{secrets.token_hex(14).upper()}-0"
    return headers | signed_headers(merchant, serial, body, fault), body


def _resource(merchant: Merchant, plaintext: str, fault: Fault | None) -> dict[str, str]:
    sealed = crypto.seal(merchant.apiv3_key, plaintext, "mch_payment")
    if fault and fault.name == "garbled":
        text = sealed["ciphertext"]
        sealed["ciphertext"] = ("A" if text[0] != "A" else "B") + text[1:]
    return sealed


def deliver(world: World, notification_id: str) -> None:
    """One attempt of the retry plan."""
    notification = world.store.one("select * from notification where id = ?", notification_id)
    if notification is None or notification["state"] != "pending":
        return
    fault = world.faults.take("notification", notification["plaintext"])
    name = fault.name if fault else ""
    if name == "lost":
        _mark(world, notification_id, "lost")
    elif name == "reorder":
        _mark(world, notification_id, "held")
        world.scheduler.plan("notify.release", notification_id, after=HELD_BACK)
    else:
        copies = int(fault.option("copies", 2)) if name == "duplicate" else 1
        statuses = [send(world, notification, fault) for _ in range(copies)]
        _conclude(world, notification, heard=statuses[-1] in HEARD)
        _release_others(world)


def send(world: World, notification: dict, fault: Fault | None = None) -> int:
    """The merchant's HTTP status, 0 for silence. Only plain http to loopback is ever sent."""
    headers, body = write_letter(world, notification, fault)
    status = post(notification["url"], headers, body)
    world.store.insert("attempt", notification_id=notification["id"], at=world.clock.now(), status=status)
    world.store.run("update notification set attempts = attempts + 1 where id = ?", notification["id"])
    return status


def post(url: str, headers: dict, body: bytes) -> int:
    parts = urlsplit(url)
    if parts.scheme != "http" or not is_loopback(parts.hostname or ""):
        return 0
    connection = HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    try:
        connection.request("POST", parts.path or "/", body, headers)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def _conclude(world: World, notification: dict, *, heard: bool) -> None:
    planned = notification["attempts"] + 1
    if heard:
        _mark(world, notification["id"], "delivered")
    elif planned < len(PLAN):
        world.scheduler.plan("notify", notification["id"], after=PLAN[planned])
    else:
        _mark(world, notification["id"], "abandoned")


def _mark(world: World, notification_id: str, state: str) -> None:
    world.store.run("update notification set state = ? where id = ?", state, notification_id)


def _release_others(world: World) -> None:
    for row in world.store.all("select id from notification where state = 'held'"):
        release(world, row["id"])


def release(world: World, notification_id: str) -> None:
    """Let a held notification go out after all."""
    statement = "update notification set state = 'pending' where id = ? and state = 'held'"
    if world.store.run(statement, notification_id):
        world.scheduler.plan("notify", notification_id)
