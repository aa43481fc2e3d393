"""The life of one 商家转账 bill: accepted, funds locked, waiting for the user, paid, failed or cancelled."""

import base64
import json
import secrets
from dataclasses import dataclass

from tests.sandbox import ledger
from tests.sandbox.clock import china_day_start, utc_text
from tests.sandbox.faults import Fault
from tests.sandbox.gate import Refused
from tests.sandbox.people import find_person
from tests.sandbox.registry import Merchant
from tests.sandbox.terms import terms_of
from tests.sandbox.world import World

DAY = 86400
STUCK_RETRY = 60
FINAL = ("SUCCESS", "FAIL", "CANCELLED")
OPEN = ("ACCEPTED", "PROCESSING", "WAIT_USER_CONFIRM")


class NotConfirmable(Exception):
    """The confirm sheet cannot go on; the text is shown on it."""


@dataclass(frozen=True, slots=True)
class Request:
    """A checked request: `terms` is what must stay equal under the same out_bill_no, name in clear text."""

    merchant: Merchant
    payee: dict
    terms: dict


def create_transfer(world: World, asked: Request, fault: Fault | None) -> dict:
    """The bill of this out_bill_no, made now unless it exists; raises Refused for other parameters."""
    with world.store.transaction():
        known = find_by_out_no(world, asked.merchant.mch_id, asked.terms["out_bill_no"])
        if known:
            return _same_request(known, asked)
        stuck = _lacks_money(world, asked)
        bill = _write_bill(world, asked)
        _begin(world, bill, stuck=stuck, fault=fault)
        return find_bill(world, bill)


def _same_request(known: dict, asked: Request) -> dict:
    if json.loads(known["request"]) != asked.terms:
        raise Refused(400, "INVALID_REQUEST", "商户单号已存在，且请求参数与首次不一致", number=268498688)
    return known


def _lacks_money(world: World, asked: Request) -> bool:
    mch_id = asked.merchant.mch_id
    if ledger.balance(world, mch_id) >= asked.terms["transfer_amount"]:
        return False
    if terms_of(world, mch_id).low_balance == "refuse":
        raise Refused(403, "NOT_ENOUGH", "资金不足，请充值后原单重试")
    return True


def _write_bill(world: World, asked: Request) -> str:
    number = f"13300{asked.merchant.mch_id}{int(world.clock.now())}{secrets.randbelow(10**15):015d}"
    now = world.clock.now()
    world.store.insert(
        "transfer",
        transfer_bill_no=number,
        mch_id=asked.merchant.mch_id,
        out_bill_no=asked.terms["out_bill_no"],
        app_id=asked.terms["appid"],
        openid=asked.terms["openid"],
        user_id=asked.payee["id"],
        amount=asked.terms["transfer_amount"],
        request=json.dumps(asked.terms, ensure_ascii=False),
        state="ACCEPTED",
        package=base64.b64encode(secrets.token_bytes(48)).decode(),
        notify_url=asked.terms.get("notify_url"),
        created_at=now,
        updated_at=now,
    )
    return number


def _begin(world: World, number: str, *, stuck: bool, fault: Fault | None) -> None:
    name = fault.name if fault else ""
    if name == "hold_accepted":
        world.scheduler.plan("transfer.process", number, after=fault.seconds(60))
        world.store.keep_setting(f"hold.{number}", str(fault.seconds(60)))
    elif name == "transfer_fails":
        _settle(world, number, ("ACCEPTED",), "FAIL", str(fault.option("fail_reason", "PAYEE_ACCOUNT_ABNORMAL")))
    elif reason := _quota_passed(world, number):
        _settle(world, number, ("ACCEPTED",), "FAIL", reason)
    elif stuck:
        process(world, number)
    else:
        _lock_and_wait(world, number)


def _quota_passed(world: World, number: str) -> str | None:
    """The fail_reason when today's sums, this bill included, pass a limit."""
    bill = find_bill(world, number)
    terms, since = terms_of(world, bill["mch_id"]), china_day_start(world.clock.now())
    alive = "state not in ('FAIL', 'CANCELLED') and created_at >= ?"
    total = f"select sum(amount) as fen from transfer where mch_id = ? and {alive}"  # noqa: S608
    if world.store.one(total, bill["mch_id"], since)["fen"] > terms.day_limit_fen:
        return "TRANSFER_QUOTA_EXCEED"
    received = f"select sum(amount) as fen from transfer where openid = ? and {alive}"  # noqa: S608
    if world.store.one(received, bill["openid"], since)["fen"] > terms.user_day_limit_fen:
        return "DAY_RECEIVED_QUOTA_EXCEED"
    return None


def process(world: World, number: str) -> None:
    """ACCEPTED becomes PROCESSING; it goes on when the money is there."""
    _change(world, number, ("ACCEPTED",), "PROCESSING")
    held = float(world.store.setting(f"hold.{number}", "0"))
    world.scheduler.plan("transfer.wait", number, after=held or STUCK_RETRY)


def wait(world: World, number: str) -> None:
    bill = find_bill(world, number)
    if bill is None or bill["state"] != "PROCESSING":
        return
    if ledger.balance(world, bill["mch_id"]) < bill["amount"]:
        world.scheduler.plan("transfer.wait", number, after=STUCK_RETRY)
        return
    _lock_and_wait(world, number)


def _lock_and_wait(world: World, number: str) -> None:
    with world.store.transaction():
        if not _change(world, number, ("ACCEPTED", "PROCESSING"), "WAIT_USER_CONFIRM"):
            return
        bill = find_bill(world, number)
        _pay(world, bill, ledger.BASIC, ledger.FROZEN, "转账锁定")
        world.scheduler.plan("transfer.expire", number, after=DAY)


def confirm(world: World, package: str, *, mch_id: str = "", app_id: str = "") -> dict:
    """The user taps 确认收款. Raises NotConfirmable; the answer does not mean paid."""
    bill = world.store.one("select * from transfer where package = ?", package)
    if bill is None or (mch_id and mch_id != bill["mch_id"]) or (app_id and app_id != bill["app_id"]):
        raise NotConfirmable("参数错误，无法确认收款")
    with world.store.transaction():
        if _change(world, bill["transfer_bill_no"], ("WAIT_USER_CONFIRM",), "TRANSFERING"):
            delay = terms_of(world, bill["mch_id"]).confirm_seconds
            world.scheduler.plan("transfer.finish", bill["transfer_bill_no"], after=delay)
        elif bill["state"] not in {"TRANSFERING", "SUCCESS"}:
            raise NotConfirmable("该笔转账已失效，无法收款")
        return find_bill(world, bill["transfer_bill_no"])


def finish(world: World, number: str) -> None:
    bill = find_bill(world, number)
    reason = _why_not_paid(world, bill) if bill else None
    _settle(world, number, ("TRANSFERING",), "FAIL" if reason else "SUCCESS", reason)


def _why_not_paid(world: World, bill: dict) -> str | None:
    person, asked = find_person(world.store, bill["user_id"]), json.loads(bill["request"])
    if person["transfer_failure"]:
        return person["transfer_failure"]
    return "NAME_NOT_CORRECT" if asked.get("user_name", person["real_name"]) != person["real_name"] else None


def expire(world: World, number: str) -> None:
    _settle(world, number, ("WAIT_USER_CONFIRM",), "FAIL", "OVERDUE_CLOSE")


def cancel(world: World, bill: dict) -> dict:
    """Only before the user confirmed; raises Refused afterwards. Asking again changes nothing."""
    number = bill["transfer_bill_no"]
    with world.store.transaction():
        if _change(world, number, OPEN, "CANCELING"):
            delay = terms_of(world, bill["mch_id"]).cancel_seconds
            world.scheduler.plan("transfer.cancelled", number, after=delay)
        elif bill["state"] not in {"CANCELING", "CANCELLED"}:
            raise Refused(400, "INVALID_REQUEST", "当前单据状态不支持撤销")
        return find_bill(world, number)


def finish_cancelling(world: World, number: str) -> None:
    _settle(world, number, ("CANCELING",), "CANCELLED", "MCH_CANCEL")


def _change(world: World, number: str, before: tuple[str, ...], after: str, reason: str | None = None) -> bool:
    marks = ", ".join("?" * len(before))
    statement = f"""update transfer set state = ?, fail_reason = ?, updated_at = ?
                    where transfer_bill_no = ? and state in ({marks})"""  # noqa: S608
    return world.store.run(statement, after, reason, world.clock.now(), number, *before) == 1


def _settle(world: World, number: str, before: tuple[str, ...], after: str, reason: str | None) -> None:
    """Reach a final state once: move the locked money and tell the merchant."""
    with world.store.transaction():
        if not _change(world, number, before, after, reason):
            return
        bill = find_bill(world, number)
        if ledger.frozen_for(world, number):
            target = f"user:{bill['openid']}" if after == "SUCCESS" else ledger.BASIC
            _pay(world, bill, ledger.FROZEN, target, after)
        world.scheduler.plan("transfer.final", number)


def _pay(world: World, bill: dict, source: str, target: str, memo: str) -> None:
    step = ledger.Move(bill["transfer_bill_no"], bill["mch_id"], source, target, bill["amount"], memo)
    ledger.move(world, step)


def find_bill(world: World, number: str) -> dict | None:
    return world.store.one("select * from transfer where transfer_bill_no = ?", number)


def find_by_out_no(world: World, mch_id: str, out_bill_no: str) -> dict | None:
    return world.store.one("select * from transfer where mch_id = ? and out_bill_no = ?", mch_id, out_bill_no)


def described(bill: dict) -> dict:
    """A bill for human eyes."""
    times = {name: utc_text(bill[name]) for name in ("created_at", "updated_at")}
    return {**bill, **times, "request": json.loads(bill["request"])}
