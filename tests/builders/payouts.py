"""People with money in their wallets, and a merchant account that can pay them."""

import functools
import itertools
import json
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlalchemy.orm import Session

from app import identity, ledger, payouts, tenancy
from app.ledger import Account, Posting, wallet
from app.payouts.models import Payout
from app.platforms import PlatformIdentity

AT = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
APP_ID = "wx0000000000000001"
_serials = itertools.count(1)


def a_payee(
    session: Session, *, openid: str | None = None, app_id: str = APP_ID, fen: int = 0, at: datetime = AT
) -> int:
    """A person with a WeChat account and ``fen`` in the wallet; the id."""
    known = PlatformIdentity("wechat", app_id, openid or f"oPayee{next(_serials)}")
    person_id = identity.sign_in(session, identity=known, at=at).id
    if fen:
        fill_wallet(session, person_id, fen=fen, at=at)
    return person_id


def fill_wallet(session: Session, person_id: int, *, fen: int, at: datetime = AT) -> None:
    budget = Account("budget", "brand", session.info["brand_id"])
    prize = Posting(budget, wallet(person_id), fen, "prize")
    ledger.post(session, kind="claim", cause=f"test-prize:{next(_serials)}", postings=[prize], at=at)


def a_merchant(session: Session, **keys) -> dict:
    """Store a merchant account for the brand; ``keys`` replace what is made up."""
    account = _made_up_keys() | keys
    tenancy.store_secret(session, name="wechatpay", value=json.dumps(account).encode())
    return account


def a_payout(session: Session, person_id: int | None = None, *, fen: int = 100, at: datetime = AT) -> Payout:
    """A requested payout of a person who owns just enough."""
    return payouts.withdraw(session, person_id=person_id or a_payee(session, fen=fen), amount_fen=fen, at=at)


@functools.cache
def _made_up_keys() -> dict:
    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {
        "mch_id": "1900000001",
        "serial_no": "0A1B2C",
        "private_key_pem": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "apiv3_key": "k" * 32,
        "platform_public_key_id": "PUB_KEY_ID_01",
        "platform_public_key_pem": public.decode(),
        "platform_certificate_serial": "",
        "platform_certificate_pem": "",
    }
