import secrets

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.kit import sealing
from app.kit.cache import GLOBAL, bump
from app.kit.ids import new_id
from app.tenancy.errors import NoSlotsLeft, UnknownHostFile
from app.tenancy.models import BrandHost, BrandRow, HostFile, KeySlotRow, PlatformAppRow
from app.tenancy.queries import LOOKUP, has_secret, secret_context, slot_context, slot_of, slot_secret
from app.tenancy.rules import DEFAULT_ALGORITHM, PlatformApp, next_pair

SLOT_KEY_BYTES = 32


def add_brand(session: Session, *, slug: str, name: str, name_en: str, color: str) -> int:
    """Found a brand with one outer and one inner key slot; its id."""
    row = BrandRow(id=new_id(), slug=slug, name=name, name_en=name_en, color=color)
    session.add(row)
    session.flush()
    add_key_slots(session, brand_id=row.id, outer="K", inner="S")
    bump(session, GLOBAL)
    return row.id


def add_host(session: Session, *, brand_id: int, host: str) -> None:
    position = session.scalar(select(func.count()).where(BrandHost.brand_id == brand_id)) or 0
    session.add(BrandHost(host=host.lower(), brand_id=brand_id, position=position))
    session.flush()
    bump(session, GLOBAL)


def add_key_slots(session: Session, *, brand_id: int, outer: str, inner: str) -> None:
    """Open a pair of slots for minting; the slots that minted before go on reading."""
    retire = text("UPDATE tenancy_key_slot SET state = 'reading' WHERE brand_id = :brand_id AND state = 'minting'")
    session.execute(retire, {"brand_id": brand_id})
    for slot, face in ((outer, "outer"), (inner, "inner")):
        key = sealing.seal(secrets.token_bytes(SLOT_KEY_BYTES), context=slot_context(brand_id, slot))
        row = KeySlotRow(brand_id=brand_id, slot=slot, face=face, algorithm=DEFAULT_ALGORITHM, state="minting")
        row.key_sealed = key
        session.add(row)
    session.flush()
    bump(session, brand_id)


def rotate_slots(session: Session, *, brand_id: int) -> tuple[str, str]:
    """Mint with the next pair of slots from now on; what was printed is read as before. Raises `NoSlotsLeft`."""
    taken = session.scalars(select(KeySlotRow.slot).where(KeySlotRow.brand_id == brand_id)).all()
    pair = next_pair(taken)
    if pair is None:
        raise NoSlotsLeft
    add_key_slots(session, brand_id=brand_id, outer=pair[0], inner=pair[1])
    return pair


def keep_slot_keys(session: Session, *, brand_id: int) -> int:
    """Give slots whose key is derived from the first master key that very key as their own; how many there were.

    From then on nothing printed depends on the first master key.
    """
    mine = select(KeySlotRow).where(KeySlotRow.brand_id == brand_id, KeySlotRow.key_sealed.is_(None))
    rows = session.scalars(mine.with_for_update()).all()
    for row in rows:
        key = slot_secret(brand_id, slot_of(row))
        row.key_sealed = sealing.seal(key, context=slot_context(brand_id, row.slot))
    session.flush()
    if rows:
        bump(session, brand_id)
    return len(rows)


def keep_lookup_key(session: Session) -> None:
    """Seal the session's brand's look-up key, so that it outlives the first master key."""
    if not has_secret(session, LOOKUP):
        brand_id = session.info["brand_id"]
        store_secret(session, name=LOOKUP, value=sealing.derive_first(f"lookup:{brand_id}"))
        bump(session, brand_id)


def register_app(session: Session, *, brand_id: int, app: PlatformApp) -> None:
    row = PlatformAppRow(
        platform=app.platform,
        app_id=app.app_id,
        brand_id=brand_id,
        kind=app.kind,
        open_account=app.open_account,
    )
    session.merge(row)
    session.flush()
    bump(session, brand_id)


def put_host_file(session: Session, *, name: str, content: str) -> None:
    """Serve a text under every host of the session's brand, replacing an older one of the same name."""
    statement = text(
        "INSERT INTO tenancy_host_file (brand_id, id, name, content) VALUES (:brand_id, :id, :name, :content)"
        " ON CONFLICT (brand_id, name) DO UPDATE SET content = excluded.content"
    )
    bound = {"brand_id": session.info["brand_id"], "id": new_id(), "name": name, "content": content}
    session.execute(statement, bound)
    bump(session, session.info["brand_id"])


def remove_host_file(session: Session, *, name: str) -> None:
    """Raises `UnknownHostFile`."""
    removed = session.execute(delete(HostFile).where(HostFile.name == name).returning(HostFile.id)).first()
    if removed is None:
        raise UnknownHostFile(name=name)
    bump(session, session.info["brand_id"])


def store_secret(session: Session, *, name: str, value: bytes) -> None:
    """Seal a credential of the session's brand, replacing an older one of the same name."""
    sealed = sealing.seal(value, context=secret_context(session, name))
    statement = text(
        "INSERT INTO tenancy_secret (brand_id, id, name, sealed) VALUES (:brand_id, :id, :name, :sealed)"
        " ON CONFLICT (brand_id, name) DO UPDATE SET sealed = excluded.sealed"
    )
    bound = {"brand_id": session.info["brand_id"], "id": new_id(), "name": name, "sealed": sealed}
    session.execute(statement, bound)
