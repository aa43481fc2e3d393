"""The areas of a brand's dealers, from memory."""

from app import channel
from app.diversion.rules import Areas
from app.kit import regions


def areas_of(brand_id: int) -> Areas:
    """Who may sell where; call it outside of transactions. The house dealer may sell everywhere."""
    directory = channel.directory(brand_id)
    granted = (
        (county, dealer_id)
        for county, dealer_id in directory.county_dealers.items()
        if dealer_id != directory.house_dealer_id
    )
    atlas = regions.atlas()
    return Areas.of_today(granted, atlas.by_code, atlas.neighbours)
