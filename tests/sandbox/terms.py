"""What a merchant has agreed with WeChat Pay; tests change it through the control API."""

import json
from dataclasses import asdict, dataclass, fields, replace

from tests.sandbox.registry import Merchant
from tests.sandbox.world import World

MODES = ("public_key", "certificate", "both")


@dataclass(frozen=True, slots=True)
class Terms:
    """`mode`: which platform keys exist. `low_balance`: refuse, or stuck in PROCESSING until topped up."""

    mode: str = "public_key"
    scenes: tuple[str, ...] = ("1000", "1005")
    low_balance: str = "refuse"
    day_limit_fen: int = 10_000_000
    user_day_limit_fen: int = 2_000_000
    requests_per_second: int = 100
    cancels_per_second: int = 20
    confirm_seconds: float = 0.0
    cancel_seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.mode not in MODES or self.low_balance not in {"refuse", "stuck"}:
            raise ValueError("mode is public_key, certificate or both; low_balance is refuse or stuck")

    def serials(self, merchant: Merchant) -> tuple[str, ...]:
        """The platform serials in use, the usual one first."""
        known = {
            "public_key": (merchant.public_key_id,),
            "certificate": (merchant.certificate_serial,),
            "both": (merchant.public_key_id, merchant.certificate_serial),
        }
        return known[self.mode]


TERM_NAMES = {field.name for field in fields(Terms)}


def terms_of(world: World, mch_id: str) -> Terms:
    kept = json.loads(world.store.setting(f"terms.{mch_id}", "{}"))
    return Terms(**{**kept, "scenes": tuple(kept["scenes"])}) if kept else Terms()


def change_terms(world: World, mch_id: str, changes: dict) -> Terms:
    """Raises ValueError for a value that no merchant can have."""
    if "scenes" in changes:
        changes = {**changes, "scenes": tuple(changes["scenes"])}
    terms = replace(terms_of(world, mch_id), **changes)
    world.store.keep_setting(f"terms.{mch_id}", json.dumps(asdict(terms)))
    return terms
