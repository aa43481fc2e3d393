"""The areas of a brand's dealers, now and formerly, from memory."""

from sqlalchemy.orm import Session

from app import channel
from app.diversion.rules import Areas, Grant
from app.kit import regions
from app.kit.cache import Versioned


def _load(session: Session, brand_id: int) -> Areas:
    grants: dict[int, tuple[Grant, ...]] = {}
    for one in channel.authorisations(session, brand_id):
        grants[one.dealer_id] = (*grants.get(one.dealer_id, ()), Grant(one.county, one.since, one.until))
    atlas = regions.atlas()
    return Areas(grants, atlas.by_code, atlas.neighbours)


_areas = Versioned(_load)


def areas_of(brand_id: int) -> Areas:
    """Who may sell where and when; call it outside of transactions. The house dealer may sell everywhere."""
    return _areas.get(brand_id)
