from typing import Any

from app import catalog, channel, codes, identity
from app.diversion import errors, schemas
from app.diversion.actions import Inspected, inspect
from app.diversion.models import PhotoRow
from app.diversion.queries import areas_of, get_inspection
from app.diversion.routes.console import WRITERS
from app.diversion.routes.photos import take_photo
from app.diversion.routes.showing import county, dealer_named
from app.diversion.rules import Areas
from app.kit import clock, regions
from app.kit.errors import TooLarge, TooManyRequests
from app.kit.http import blueprint, brand_id, contract
from app.kit.photos import NotAPhoto
from app.kit.transaction import transaction
from app.kit.uploads import EmptyFile

console = blueprint("inspections", __name__, "console")


@console.post("/inspections")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.NewInspectionSchema,
    returns=schemas.InspectionSchema,
    errors=(codes.UnknownCode,),
    status=201,
)
def add_inspection(*, code: str, latitude: float | None, longitude: float | None, note: str) -> dict[str, Any]:
    """稽查扫码: 这件货该在哪里卖"""
    by, at = identity.current_actor().person_id, clock.now()
    read = codes.read(brand_id(), code)
    if read is None:
        raise codes.UnknownCode
    where = None if latitude is None or longitude is None else channel.Place.of(latitude, longitude)
    region = regions.atlas().at(where.latitude_e6, where.longitude_e6) if where else None
    areas = areas_of(brand_id())
    with transaction(brand_id()) as session:
        seen = inspect(session, areas, read, where=where, region=region, note=note, by=by, at=at)
        identity.record(
            session,
            actor=identity.current_actor(),
            action="diversion.inspected",
            subject=f"inspection:{seen.row.id}",
            before=None,
            after={"code": read.text, "county": seen.row.county, "place": seen.row.place},
            at=at,
        )
    return _shown(seen, read, areas)


def _shown(seen: Inspected, read: codes.CodeRead, areas: Areas) -> dict[str, Any]:
    row, directory = seen.row, channel.directory(brand_id())
    own = areas.counties(row.dealer_id, row.at) if row.dealer_id is not None else ()
    return {
        "id": row.id,
        "code": read.text,
        "level": row.level,
        "product": catalog.product_facts(brand_id(), read.batch.sku_id),
        "holder": dealer_named(directory, row.dealer_id),
        "own": [county(code) for code in sorted(own)],
        "county": county(row.county),
        "seller": dealer_named(directory, directory.dealer_of_county(row.county)),
        "place": row.place,
        "evidence": seen.evidence,
        "at": row.at,
    }


@console.post("/inspections/<int:inspection_id>/photos/files")
@identity.requires_role(*WRITERS)
@contract(
    upload="image/jpeg",
    returns=schemas.PhotoSchema,
    errors=(errors.PhotoUnknown, NotAPhoto, errors.TooManyPhotos, EmptyFile, TooLarge, TooManyRequests),
    status=201,
)
def add_inspection_photo(*, inspection_id: int) -> PhotoRow:
    """上传稽查照片 (本人的稽查)"""
    by = identity.current_actor().person_id
    return take_photo(
        "inspection", inspection_id, side="brand", check=lambda session: get_inspection(session, inspection_id, by)
    )
