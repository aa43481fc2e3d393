"""A brand's choices about authenticity."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.codes.errors import ClaimDaysShrink
from app.codes.models import SettingRow
from app.codes.queries import settings_of
from app.codes.rules import Settings
from app.kit import cache
from app.kit.ids import new_id


def choose_settings(session: Session, wanted: Settings) -> Settings:
    """Replace the brand's settings; raises `ClaimDaysShrink`, because what was promised is kept."""
    brand_id = session.info["brand_id"]
    columns = {
        "inner_warn_after": wanted.inner.warn_after,
        "inner_exceeded_after": wanted.inner.exceeded_after,
        "outer_warn_after": wanted.outer.warn_after,
        "outer_exceeded_after": wanted.outer.exceeded_after,
        "claim_days": wanted.claim_days,
        "shows_place": wanted.shows_place,
        "leak_devices": wanted.leak_devices,
        "words": {state: dict(words) for state, words in wanted.words.items()},
    }
    if wanted.claim_days < settings_of(session, brand_id).claim_days:
        raise ClaimDaysShrink
    upsert = insert(SettingRow).values(brand_id=brand_id, id=new_id(), **columns)
    longer = SettingRow.claim_days <= upsert.excluded.claim_days
    chosen = upsert.on_conflict_do_update(index_elements=["brand_id"], set_=columns, where=longer)
    if session.execute(chosen.returning(SettingRow.id)).first() is None:
        raise ClaimDaysShrink
    cache.bump(session, brand_id)
    return wanted
