"""Specs are made once and never changed: what was printed under one must be readable for ever."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import tenancy
from app.codes.errors import BrokenLevels, ForeignHost, SpecNameTaken, SpecRetired
from app.codes.models import SpecRow
from app.codes.models.packs import IN_USE
from app.codes.queries import spec_row
from app.codes.rules.specs import LetterCase, Level, TextForm, fault_of
from app.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class NewSpec:
    """A spec as somebody asks for it; without ``host`` it prints the brand's first."""

    name: str
    levels: tuple[Level, ...]
    text_form: TextForm
    letter_case: LetterCase
    file_format: str
    encryption: str
    host: str | None
    canaries: int
    download_hours: int | None
    activate_hours: int | None


def create_spec(session: Session, new: NewSpec, *, by: int, at: datetime) -> SpecRow:
    """Write down a spec. Raises `BrokenLevels`, `ForeignHost`, and `SpecNameTaken` while another has its name."""
    fault = fault_of(new.levels)
    if fault:
        raise BrokenLevels(fault=fault)
    host = _own_host(session.info["brand_id"], new.host)
    row = asdict(new) | {"host": host, "id": new_id(), "brand_id": session.info["brand_id"]}
    once = insert(SpecRow).values(**row, created_by=by, created_at=at)
    once = once.on_conflict_do_nothing(index_elements=["brand_id", "name"], index_where=IN_USE)
    if session.execute(once.returning(SpecRow.id)).first() is None:
        raise SpecNameTaken(name=new.name)
    return spec_row(session, row["id"])


def retire_spec(session: Session, *, spec_id: int, by: int, at: datetime) -> SpecRow:
    """Take a spec out of use; orders that name it go on. Raises `UnknownSpec`, `SpecRetired`."""
    retire = update(SpecRow).where(SpecRow.id == spec_id, SpecRow.retired_at.is_(None))
    done = session.execute(retire.values(retired_by=by, retired_at=at).returning(SpecRow.id)).first()
    row = spec_row(session, spec_id)
    if done is None:
        raise SpecRetired(spec_id=str(spec_id))
    return row


def _own_host(brand_id: int, host: str | None) -> str:
    if host is None:
        return tenancy.brand(brand_id).host
    try:
        speaks_for = tenancy.brand_for_host(host).id
    except tenancy.UnknownBrand as error:
        raise ForeignHost(host=host) from error
    if speaks_for != brand_id:
        raise ForeignHost(host=host)
    return host.lower()
