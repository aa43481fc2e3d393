"""The audit log's chain: each entry's hash covers the entry before it, so that no past can be edited unseen."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

FIRST_PREVIOUS = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the hash speaks for; ``before`` and ``after`` hold JSON values without fractions."""

    brand_id: int
    position: int
    at: datetime
    actor_id: int | None
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def hash_of_entry(entry: Entry, previous_hash: bytes) -> bytes:
    """SHA-256 over the previous hash and the entry as canonical JSON."""
    fields = [
        entry.brand_id,
        entry.position,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.action,
        entry.subject,
        entry.before,
        entry.after,
    ]
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(previous_hash + text.encode()).digest()


def plain(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """As the database will give them back: instants as text, fractions as text, because JSONB rewrites them."""
    if values is None:
        return None
    kept: dict[str, Any] = json.loads(json.dumps(values, default=str), parse_float=str)
    return kept
