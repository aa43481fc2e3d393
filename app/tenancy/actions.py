from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.kit import sealing
from app.kit.cache import GLOBAL, bump
from app.kit.ids import new_id
from app.tenancy.errors import UnknownHostFile
from app.tenancy.models import BrandHost, BrandRow, HostFile, KeySlotRow, PlatformAppRow
from app.tenancy.queries import secret_context
from app.tenancy.rules import DEFAULT_ALGORITHM, PlatformApp


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
        session.add(
            KeySlotRow(brand_id=brand_id, slot=slot, face=face, algorithm=DEFAULT_ALGORITHM, state="minting")
        )
    session.flush()
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
