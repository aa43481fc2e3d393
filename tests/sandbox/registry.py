"""Who is registered with WeChat: two brands, each with a mini-program, a service account and a merchant."""

import json
import secrets
import string
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.sandbox import crypto

BRANDS = (
    {
        "number": 1,
        "name": "清泉",
        "mini": "wx3fa2c1d0b7e94a61",
        "service": "wx8b1e60f47c2d95a3",
        "mch_id": "1900010101",
        "certificate_serial": "5A31C07E9D24B86F1E03A7C55D9082B4C6E1F730",
    },
    {
        "number": 2,
        "name": "山野",
        "mini": "wx71d4e8a90c35fb26",
        "service": "wxc9057b3e1fa8d642",
        "mch_id": "1900020202",
        # A leading zero on purpose: serials are compared as text, not as numbers.
        "certificate_serial": "0B94F2D7163CA85E40D1B87F263E5C90A17D48E2",
    },
)


@dataclass(frozen=True, slots=True)
class App:
    app_id: str
    secret: str
    kind: str
    brand: int
    name: str


@dataclass(frozen=True, slots=True)
class Merchant:
    mch_id: str
    brand: int
    name: str
    serial_no: str
    private_key: str
    apiv3_key: str
    public_key_id: str
    public_key_private: str
    certificate_serial: str
    certificate: str
    certificate_private: str

    def platform_key(self, serial: str) -> str | None:
        """The platform's private key behind a `Wechatpay-Serial`, compared as text."""
        keys = {self.public_key_id: self.public_key_private, self.certificate_serial: self.certificate_private}
        return keys.get(serial)


@dataclass(frozen=True, slots=True)
class Registry:
    salt: str
    apps: dict[str, App]
    merchants: dict[str, Merchant]

    def of_brand(self, number: int) -> tuple[App, App, Merchant] | None:
        """(mini-program, service account, merchant)."""
        apps = {app.kind: app for app in self.apps.values() if app.brand == number}
        merchant = next((one for one in self.merchants.values() if one.brand == number), None)
        return (apps["mini"], apps["service"], merchant) if merchant else None


def load_registry(folder: Path) -> Registry:
    """Read the brands' credentials, or invent them once (RSA keys take a moment)."""
    path = folder / "registry.json"
    if not path.exists():
        _write_once(path, json.dumps(_invent(), ensure_ascii=False, indent=1))
    kept = json.loads(path.read_text(encoding="utf-8"))
    apps = [App(**app) for app in kept["apps"]]
    merchants = [Merchant(**merchant) for merchant in kept["merchants"]]
    return Registry(
        kept["salt"], {app.app_id: app for app in apps}, {merchant.mch_id: merchant for merchant in merchants}
    )


def _write_once(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o600)
    draft.replace(path)


def _invent() -> dict:
    with ThreadPoolExecutor(4) as pool:
        keys = list(pool.map(lambda _: crypto.new_private_key(), range(3 * len(BRANDS))))
    apps, merchants = [], []
    for position, seed in enumerate(BRANDS):
        for kind in ("mini", "service"):
            app = {"app_id": seed[kind], "secret": secrets.token_hex(16), "kind": kind}
            apps.append({**app, "brand": seed["number"], "name": seed["name"]})
        merchants.append(_invent_merchant(seed, keys[3 * position : 3 * position + 3]))
    return {"salt": secrets.token_hex(16), "apps": apps, "merchants": merchants}


def _invent_merchant(seed: dict, keys: list[str]) -> dict:
    merchant_key, public_key, certificate_key = keys
    serial = seed["certificate_serial"]
    alphabet = string.ascii_letters + string.digits
    return {
        "mch_id": seed["mch_id"],
        "brand": seed["number"],
        "name": seed["name"],
        "serial_no": secrets.token_hex(20).upper(),
        "private_key": merchant_key,
        "apiv3_key": "".join(secrets.choice(alphabet) for _ in range(32)),
        "public_key_id": f"PUB_KEY_ID_01{seed['mch_id']}20261101{seed['number']:08d}",
        "public_key_private": public_key,
        "certificate_serial": serial,
        "certificate": crypto.new_certificate(certificate_key, serial, started_at=time.time()),
        "certificate_private": certificate_key,
    }
