"""GS1 application identifiers (AIs): which there are, and what their values look like.

GS1 General Specifications, section 3. A value is one or more components: ``N6`` is six digits, ``X..20`` up to
twenty characters of set 82, ``Y`` of set 39, ``Z`` of base 64; ``?`` marks a component that may be absent. Rules
between AIs (one that needs another, one that excludes another) are not judged here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

SETS = {
    "N": "0123456789",
    "X": "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
    "Y": "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "Z": "-0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
}
MONTHS = 12
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# One AI, or a range of them, and the components of its value. In the measures (3100 to 3699) the last digit is the
# place of the decimal point; only the kinds named by the standard exist.
_TABLE = """
00 N18:check | 01-03 N14:check | 10 X..20 | 11-13 N6:date | 15-17 N6:date | 20 N2 | 21-22 X..20 | 235 X..28
240-241 X..30 | 242 N..6 | 243 X..20 | 250-251 X..30 | 253 N13:check X..17? | 254 X..20 | 255 N13:check N..12?
30 N..8 | 37 N..8 | 390n N..15 | 391n N3 N..15 | 392n N..15 | 393n N3 N..15 | 3940-3943 N4 | 3950-3955 N6
400-401 X..30 | 402 N17:check | 403 X..30 | 410-417 N13:check | 420 X..20 | 421 N3 X..9 | 422 N3 | 423 N..15
424 N3 | 425 N..15 | 426 N3 | 427 X..3
4300-4301 X..35 | 4302-4306 X..70 | 4307 X2 | 4308 X..30 | 4309 N10 N10 | 4310-4311 X..35 | 4312-4316 X..70
4317 X2 | 4318 X..20 | 4319 X..30 | 4320 X..35 | 4321-4323 N1 | 4324-4325 N6:date N4 | 4326 N6:date
4330-4333 N6 X1?
7001 N13 | 7002 X..30 | 7003 N6:date N4 | 7004 N..4 | 7005 X..12 | 7006 N6:date | 7007 N6:date N6:date?
7008 X..3 | 7009 X..10 | 7010 X..2 | 7011 N6:date N4? | 7020-7022 X..20 | 7023 X..30 | 703n N3 X..27 | 7040 N1 X3
710-715 X..20 | 723n X2 X..28 | 7240 X..20 | 7241 N2 | 7242 X..25
8001 N14 | 8002 X..20 | 8003 N14:check X..16? | 8004 X..30 | 8005 N6 | 8006 N14:check N4 | 8007 X..34
8008 N8 N..4? | 8009 X..50 | 8010 Y..30 | 8011 N..12 | 8012 X..20 | 8013 X..25 | 8017-8018 N18:check | 8019 N..10
8020 X..25
8026 N14:check N4 | 8030 Z..90 | 8110 X..70 | 8111 N4 | 8112 X..70 | 8200 X..70
90 X..30 | 91-99 X..90
"""
_MEASURES = (range(310, 317), range(320, 338), range(340, 358), range(360, 370))
_PREDEFINED = frozenset(("00", "01", "02", "03", "04", "31", "32", "33", "34", "35", "36", "41"))
_PREDEFINED |= {str(two) for two in range(11, 21)}
_COMPONENT = re.compile(r"([NXYZ])(\.\.)?(\d+)(?::(check|date))?(\?)?")


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a value: ``least`` to ``most`` characters of a set, perhaps a date or with a check digit."""

    letters: str
    least: int
    most: int
    rule: str | None
    optional: bool


def _components(text: str) -> tuple[Component, ...]:
    found = _COMPONENT.finditer(text)
    return tuple(_component(*match.groups()) for match in found)


def _component(letters: str, up_to: str | None, most: str, rule: str | None, optional: str | None) -> Component:
    return Component(letters, 1 if up_to else int(most), int(most), rule, optional is not None)


def _identifiers(names: str) -> Iterator[str]:
    first, _, last = names.partition("-")
    if names.endswith("n"):
        yield from (names[:-1] + str(digit) for digit in range(10))
    elif last:
        yield from (f"{number:0{len(first)}}" for number in range(int(first), int(last) + 1))
    else:
        yield first


def _table() -> Iterator[tuple[str, tuple[Component, ...]]]:
    for entry in re.split(r"[|\n]", _TABLE.strip()):
        names, _, components = entry.strip().partition(" ")
        for identifier in _identifiers(names):
            yield identifier, _components(components)
    for kind in (kind for kinds in _MEASURES for kind in kinds):
        yield from ((f"{kind}{decimals}", _components("N6")) for decimals in range(6))


IDENTIFIERS: Mapping[str, tuple[Component, ...]] = MappingProxyType(dict(_table()))


def check_digit(digits: str) -> int:
    """Modulo 10 with weights 3 and 1 from the right (General Specifications, section 7.9)."""
    weighted = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return -weighted % 10


def value_fault(identifier: str, value: str) -> str | None:
    """Why a value does not fit its AI: ``length``, ``characters``, ``check_digit``, ``date``; None if it does."""
    components, rest = IDENTIFIERS[identifier], value
    if len(value) > sum(component.most for component in components):
        return "length"
    for component in components:
        part, rest = rest[: component.most], rest[component.most :]
        fault = None if component.optional and not part else _fault(component, part)
        if fault:
            return fault
    return None


def _fault(component: Component, part: str) -> str | None:
    if any(letter not in SETS[component.letters] for letter in part):
        return "characters"
    if len(part) < component.least:
        return "length"
    if component.rule == "check" and int(part[-1]) != check_digit(part[:-1]):
        return "check_digit"
    return "date" if component.rule == "date" and not is_date(part) else None


def is_date(text: str) -> bool:
    """YYMMDD; day 00 means the last one of the month."""
    month, day = int(text[2:4]), int(text[4:6])
    return 1 <= month <= MONTHS and day <= DAYS[month - 1]


def ends_with_separator(identifier: str) -> bool:
    """Whether a value must be closed by FNC1 when another follows: all but those of predefined length."""
    return identifier[:2] not in _PREDEFINED
