"""The identifier of an EPCIS event made of what it says (CBV 2.0, section 8.9): equal events have equal names.

The values in the standard's order, lists sorted, vocabulary words and Digital Links in their canonical form,
joined and hashed with SHA-256 into an ``ni`` address (RFC 6920). Covers the fields that `epcis` writes.
"""

import hashlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

CBV = "https://ref.gs1.org/cbv/"
CANONICAL_HOST = "https://id.gs1.org"
MASTER_DATA = ("cbvmda:", "{urn:epcglobal:cbv:mda:}")
_GOODS = ("parentID", "epcList", "childEPCs", "quantityList", "childQuantityList")
_WORDS: Mapping[str, str] = MappingProxyType({"bizStep": "BizStep-", "disposition": "Disp-"})
_PLACES = ("readPoint", "bizLocation")
_TYPED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "bizTransactionList": ("bizTransaction", "BTT-"),
        "sourceList": ("source", "SDT-"),
        "destinationList": ("destination", "SDT-"),
    }
)


def event_id(event: Mapping[str, Any], *, root: str) -> str:
    """``ni:///sha-256;…?ver=CBV2.0``; ``root`` is the host whose Digital Links stand for those of GS1."""
    digest = hashlib.sha256("".join(_parts(event, root)).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def _parts(event: Mapping[str, Any], root: str) -> Iterator[str]:
    yield f"eventType={event['type']}"
    yield f"eventTime={event['eventTime']}"
    yield f"eventTimeZoneOffset={event['eventTimeZoneOffset']}"
    yield from (_goods(name, event[name], root) for name in _GOODS if name in event)
    yield f"action={event['action']}"
    yield from (f"{name}={CBV}{prefix}{event[name]}" for name, prefix in _WORDS.items())
    yield from (f"{name}id={_canonical(event[name]['id'], root)}" for name in _PLACES if name in event)
    yield from (_typed(name, event[name]) for name in _TYPED if name in event)
    if "ilmd" in event:
        yield "ilmd" + "".join(
            sorted(f"{name.replace(*MASTER_DATA)}={value}" for name, value in event["ilmd"].items())
        )


def _typed(name: str, values: Any) -> str:
    """Pairs of type and value; the type goes first."""
    field, prefix = _TYPED[name]
    return name + "".join(sorted(f"type={CBV}{prefix}{one['type']}{field}={one[field]}" for one in values))


def _goods(name: str, value: Any, root: str) -> str:
    if isinstance(value, str):
        return f"{name}={_canonical(value, root)}"
    return name + "".join(sorted(_one(one, root) for one in value))


def _one(value: Any, root: str) -> str:
    if isinstance(value, str):
        return f"epc={_canonical(value, root)}"
    return f"quantityElementepcClass={_canonical(value['epcClass'], root)}quantity={value['quantity']}"


def _canonical(address: str, root: str) -> str:
    path = address.removeprefix(root)
    return CANONICAL_HOST + path if path.startswith(("/01/", "/414/")) else address
