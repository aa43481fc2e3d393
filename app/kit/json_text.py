"""JSON by orjson: what the standard library writes for the same values, several times faster."""

from typing import Any

import orjson
from flask.json.provider import DefaultJSONProvider

# Dates and records are written as Flask writes them, not as orjson would.
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS
_default = DefaultJSONProvider.default

loads = orjson.loads


def encode(value: Any) -> bytes:
    """UTF-8, no spaces, keys in the order in which they were given. Raises TypeError for what has no JSON."""
    return orjson.dumps(value, _default, _OPTIONS)


def dumps(value: Any) -> str:
    """As `encode`, as text."""
    return encode(value).decode()
