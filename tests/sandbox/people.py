"""The people who use WeChat here: seeded personas and whoever a test invents."""

import base64
import hashlib
import hmac
import secrets

from tests.sandbox.registry import App, Registry
from tests.sandbox.store import Store

COLORS = ("#c0563b", "#2f7d6b", "#3a68b0", "#8a5a9e", "#b07d2b", "#4f7f3a", "#a8466b", "#3f7f96")

NOT_VERIFIED = {"transfer_failure": "REAL_NAME_CHECK_FAIL"}
# id, nickname, what the picker says about them, phone, real name, what is special about the account
PERSONAS = (
    ("laowang", "老王", "店主 · 老王便利店", "13800010001", "王建国", {}),
    ("chenjie", "陈姐", "店主 · 陈姐副食店", "13800010002", "陈秀英", {}),
    ("xiaolin", "小林", "店员 · 老王便利店", "13800010003", "林小军", {}),
    ("xiaozhao", "小赵", "业务员 · 城东片区", "13800010004", "赵志强", {}),
    ("liuzong", "刘总", "经销商 · 顺达商贸", "13800010005", "刘德海", {}),
    ("afang", "阿芳", "顾客 · 住在店对面", "13800010006", "张芳", {}),
    ("dawei", "大伟", "顾客 · 爱跑步", "13800010007", "李伟", {}),
    ("xiaoyu", "小雨", "顾客 · 大学生", "13800010008", "周雨桐", {}),
    ("meimei", "美美子", "顾客 · 没有绑定开放平台", "13800010009", "孙美", {"unionid": ""}),
    ("kevin", "Kevin", "顾客 · 英文界面", "13800010010", "何凯文", {}),
    ("laozhang", "老张", "顾客 · 微信未实名，收不了款", "13800010011", "张国庆", NOT_VERIFIED),
    ("yeying", "夜鹰", "高风险账号 · 登录被拦截", "13800010012", "吴鹰", {"blocked": 1}),
    ("kuaizhao", "快照访客", "快照页 · 虚拟账号，不能领奖", "13800010013", "钱快", {"snapshot": 1}),
)


NEWEST_SHOWN = 12


def seed_people(store: Store, registry: Registry) -> None:
    if store.one("select id from user where seeded = 1 limit 1"):
        return
    with store.transaction():
        for user_id, nickname, blurb, phone, real_name, special in PERSONAS:
            row = {"nickname": nickname, "blurb": blurb, "phone": phone, "real_name": real_name, **special}
            _write_person(store, registry, user_id, {**row, "seeded": 1})


def create_person(store: Store, registry: Registry, **traits: object) -> dict:
    """A new WeChat user. `unionid`: absent = one per brand, "" = none, text = that one for every brand."""
    user_id = "u" + secrets.token_hex(6)
    known = {"blurb": "新来的人", "phone": f"139{secrets.randbelow(10**8):08d}", "real_name": traits["nickname"]}
    with store.transaction():
        _write_person(store, registry, user_id, {**known, **traits, "seeded": 0})
    return find_person(store, user_id)


def _write_person(store: Store, registry: Registry, user_id: str, traits: dict) -> None:
    color = COLORS[int(hashlib.sha256(user_id.encode()).hexdigest(), 16) % len(COLORS)]
    defaults = {"color": color, "unionid": None, "snapshot": 0, "blocked": 0, "transfer_failure": None, "risk": 0}
    store.insert("user", id=user_id, **{**defaults, **traits})
    for app in registry.apps.values():
        store.insert("openid", openid=openid_of(registry, app, user_id), app_id=app.app_id, user_id=user_id)


def find_person(store: Store, user_id: str) -> dict | None:
    return store.one("select * from user where id = ?", user_id)


def list_people(store: Store) -> list[dict]:
    return store.all("select * from user order by seeded desc, rowid")


def people_to_pick(store: Store, last: str) -> list[dict]:
    """The last one first, then the personas, then the newest of the others."""
    statement = """select * from user where seeded = 1 or id = ?1 or rowid in
                   (select rowid from user where seeded = 0 order by rowid desc limit ?2)
                   order by id <> ?1, seeded desc, case seeded when 1 then rowid else -rowid end"""
    return store.all(statement, last, NEWEST_SHOWN)


def _fingerprint(registry: Registry, *parts: str) -> str:
    digest = hmac.new(bytes.fromhex(registry.salt), "|".join(parts).encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()


def openid_of(registry: Registry, app: App, user_id: str) -> str:
    return "o" + _fingerprint(registry, "openid", app.app_id, user_id)[:27]


def virtual_openid_of(registry: Registry, app: App, user_id: str) -> str:
    """The openid that a snapshot page gets: it belongs to nobody and cannot be paid."""
    return "o" + _fingerprint(registry, "snapshot", app.app_id, user_id)[:27]


def unionid_of(registry: Registry, app: App, person: dict) -> str | None:
    """One per person and brand, because each brand has its own open-platform account."""
    if person["unionid"] is not None:
        return person["unionid"] or None
    return "o" + _fingerprint(registry, "unionid", str(app.brand), person["id"])[:27]


def owner_of(store: Store, app_id: str, openid: str) -> dict | None:
    statement = "select user.* from openid join user on user.id = user_id where openid = ? and app_id = ?"
    return store.one(statement, openid, app_id)
