"""Specs, orders and deliveries for tests."""

import io
import itertools
import json
import zipfile
from datetime import datetime

import pyrage
import pyzipper
from sqlalchemy.orm import Session

from app.codes.actions import (
    NewPack,
    NewSpec,
    create_spec,
    mint_pack,
    order_delivery,
    request_pack,
    review_pack,
)
from app.codes.models import BatchRow, PackRow, SpecRow
from app.codes.queries import batches_of_packs, secret_context
from app.codes.rules.blocks import BlockCipher
from app.codes.rules.security import security_digits
from app.codes.rules.specs import Level
from app.kit import sealing
from tests.builders.catalog import a_sku
from tests.builders.codes import AT

REQUESTER, REVIEWER = 1, 2
CAP = Level("cap", "瓶盖", pair=True, security_code=True)
LABEL = Level("label", "瓶标")
CASE = Level("case", "箱", ratio=24, packed_before=True)
PALLET = Level("pallet", "垛", ratio=10, packed_before=True)
_serials = itertools.count(1)


def a_spec(session: Session, *levels: Level, at: datetime = AT, **changes) -> SpecRow:
    """Caps alone, unless levels are given; age and CSV unless changed."""
    new = {
        "name": f"规格 {next(_serials)}",
        "levels": levels or (CAP,),
        "text_form": "short",
        "letter_case": "upper",
        "file_format": "csv",
        "encryption": "age",
        "host": None,
        "canaries": 3,
        "download_hours": 48,
        "activate_hours": 72,
    }
    return create_spec(session, NewSpec(**new | changes), by=REQUESTER, at=at)


def a_pack(session: Session, spec: SpecRow | None = None, *, at: datetime = AT, **changes) -> PackRow:
    """An order that waits for its review."""
    spec = spec or a_spec(session, at=at)
    new = {
        "spec_id": spec.id,
        "sku_id": changes.pop("sku_id", None) or a_sku(session).id,
        "number": f"P{next(_serials):05}",
        "count": 240,
        "made_on": None,
        "expires_on": None,
        "note": "",
    }
    return request_pack(session, NewPack(**new | changes), by=REQUESTER, at=at)


def an_approved_pack(session: Session, spec: SpecRow | None = None, *, at: datetime = AT, **changes) -> PackRow:
    pack = a_pack(session, spec, at=at, **changes)
    return review_pack(session, pack_id=pack.id, approve=True, words=None, by=REVIEWER, at=at)


def minted_batches(session: Session, *levels: Level, at: datetime = AT, count=240, **spec) -> list[BatchRow]:
    """The batches of an approved and minted order, from the lowest level up."""
    pack = an_approved_pack(session, a_spec(session, *levels, at=at, **spec), at=at, count=count)
    mint_pack(session, pack_id=pack.id, at=at)
    return list(batches_of_packs(session, [pack.id]))


def digits_of(batch: BatchRow, code_no: int) -> str:
    """What is printed under the film of a code."""
    secret = sealing.open_sealed(batch.secret_sealed, context=secret_context(batch.brand_id, batch.id))
    return security_digits(BlockCipher(secret), code_no)


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06}"


def a_delivery(session: Session, batch: BatchRow, *, recipient: str | None = None, at: datetime = AT):
    return order_delivery(session, batch_id=batch.id, recipient=recipient, by=REQUESTER, at=at)


def opened(data: bytes, key: pyrage.x25519.Identity | str) -> tuple[dict, bytes]:
    """Manifest and lines, as a factory reads them with its age key or with the password it was told."""
    if isinstance(key, str):
        with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
            archive.setpassword(key.encode())
            return _members(archive)
    with zipfile.ZipFile(io.BytesIO(pyrage.decrypt(data, [key]))) as archive:
        return _members(archive)


def _members(archive) -> tuple[dict, bytes]:
    manifest = json.loads(archive.read("manifest.json"))
    return manifest, archive.read(manifest["file"])
