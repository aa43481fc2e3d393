from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit import sealing
from app.kit.cache import GLOBAL, Versioned
from app.kit.paging import Page, page
from app.kit.resealing import sealed_column
from app.platforms import WeChatEndpoints
from app.tenancy.errors import UnknownBrand
from app.tenancy.models import BrandHost, BrandRow, HostFile, KeySlotRow, PlatformAppRow, Secret
from app.tenancy.rules import Brand, KeySlot, PlatformApp

LOOKUP = "lookup"


def _load_brands(session: Session, _brand_id: int) -> tuple[dict[str, Brand], dict[int, Brand]]:
    hosts = session.scalars(select(BrandHost).order_by(BrandHost.position)).all()
    rows = {row.id: row for row in session.scalars(select(BrandRow))}
    first: dict[int, str] = {}
    for host in hosts:
        first.setdefault(host.brand_id, host.host)
    brands = {
        row.id: Brand(row.id, row.slug, row.name, row.name_en, row.color, first.get(row.id, ""))
        for row in rows.values()
    }
    return {host.host: brands[host.brand_id] for host in hosts}, brands


def _load_slots(session: Session, brand_id: int) -> tuple[KeySlot, ...]:
    rows = session.scalars(
        select(KeySlotRow).where(KeySlotRow.brand_id == brand_id).order_by(KeySlotRow.slot)
    ).all()
    return tuple(slot_of(row) for row in rows)


def slot_of(row: KeySlotRow) -> KeySlot:
    """The row as a value."""
    return KeySlot(row.slot, row.face, row.algorithm, row.state, row.key_sealed)  # type: ignore[arg-type]  # checked on write


def _load_lookup_key(session: Session, brand_id: int) -> bytes:
    """Kept by itself since the master key was first changed; derived from the first one until then."""
    kept = session.scalar(select(Secret.sealed).where(Secret.brand_id == brand_id, Secret.name == LOOKUP))
    if kept is None:
        return sealing.derive_first(f"lookup:{brand_id}")
    return sealing.open_sealed(kept, context=f"secret:{brand_id}:{LOOKUP}")


def _load_apps(session: Session, brand_id: int) -> tuple[PlatformApp, ...]:
    rows = session.scalars(select(PlatformAppRow).where(PlatformAppRow.brand_id == brand_id)).all()
    return tuple(PlatformApp(row.platform, row.app_id, row.kind, row.open_account) for row in rows)


def _load_host_files(session: Session, brand_id: int) -> dict[str, str]:
    rows = session.execute(select(HostFile.name, HostFile.content).where(HostFile.brand_id == brand_id))
    return {name: content for name, content in rows}  # noqa: C416  # a Row is no pair to mypy


_brands = Versioned(_load_brands)
_slots = Versioned(_load_slots)
_apps = Versioned(_load_apps)
_lookup_keys = Versioned(_load_lookup_key)
_host_files = Versioned(_load_host_files)
_endpoints: list[WeChatEndpoints] = []


def brand_for_host(host: str) -> Brand:
    """The brand of a host, in capitals (as printed) or not; raises `UnknownBrand`. In memory once loaded."""
    found = _brands.get(GLOBAL)[0].get(host.lower())
    if found is None:
        raise UnknownBrand(host=host)
    return found


def brand(brand_id: int) -> Brand:
    return _brands.get(GLOBAL)[1][brand_id]


def all_brand_ids(session: Session) -> list[int]:
    return list(session.scalars(select(BrandRow.id).order_by(BrandRow.id)))


def brand_of_slug(session: Session, slug: str) -> int:
    """The id of a brand; raises `UnknownBrand`."""
    found = session.scalar(select(BrandRow.id).where(BrandRow.slug == slug))
    if found is None:
        raise UnknownBrand(slug=slug)
    return found


def key_slots(brand_id: int) -> tuple[KeySlot, ...]:
    return _slots.get(brand_id)


def slot_secret(brand_id: int, slot: KeySlot) -> bytes:
    """The key of a slot: its own, sealed in its row, or for the oldest slots derived from the first master key.

    Either way the database alone mints nothing.
    """
    if slot.key_sealed is None:
        return sealing.derive_first(f"slot:{brand_id}:{slot.slot}:{slot.face}")
    return sealing.open_sealed(slot.key_sealed, context=slot_context(brand_id, slot.slot))


def slot_context(brand_id: int, slot: str) -> str:
    return f"slot-key:{brand_id}:{slot}"


def lookup_key(brand_id: int) -> bytes:
    """What a brand's sealed values are looked up by (`sealing.keyed_hash`), the same for ever; in memory."""
    return _lookup_keys.get(brand_id)


def apps(brand_id: int) -> tuple[PlatformApp, ...]:
    return _apps.get(brand_id)


def host_file(brand_id: int, name: str) -> str | None:
    """The content of a file at the brand's hosts. In memory once loaded: anybody may ask for any name."""
    return _host_files.get(brand_id).get(name)


def host_file_page(session: Session, *, cursor: str | None, limit: int) -> Page[HostFile]:
    return page(session, select(HostFile), HostFile.id, cursor=cursor, limit=limit)


def secret(session: Session, name: str) -> bytes:
    """The plain bytes of a credential; raises `LookupError` when it was never stored."""
    sealed = session.scalar(select(Secret.sealed).where(Secret.name == name))
    if sealed is None:
        raise LookupError(name)
    return sealing.open_sealed(sealed, context=secret_context(session, name))


def has_secret(session: Session, name: str) -> bool:
    """Whether a credential was stored, also one that no key opens any more."""
    return session.scalar(select(Secret.id).where(Secret.name == name)) is not None


def secret_context(session: Session, name: str) -> str:
    return _secret_context(session.info["brand_id"], name)


def _secret_context(brand_id: int, name: str) -> str:
    return f"secret:{brand_id}:{name}"


sealed_column(Secret.sealed, lambda row: _secret_context(row.brand_id, row.name))
sealed_column(KeySlotRow.key_sealed, lambda row: slot_context(row.brand_id, row.slot))


def use_endpoints(endpoints: WeChatEndpoints) -> None:
    """Called once by the factory with the base addresses of the platforms."""
    _endpoints[:] = [endpoints]


def endpoints() -> WeChatEndpoints:
    return _endpoints[0]
