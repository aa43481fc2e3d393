"""Lists of dealers, shops and people as offices keep them: columns, and what is wrong with a line."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.channel.rules.phones import normal_phone

MOST_LINES = 20_000
MOST_SHOWN = 100
LONGEST_NAME, LONGEST_ADDRESS = 80, 200
COUNTY = re.compile(r"[1-8][0-9]{5}")
SEPARATORS = re.compile(r"[\s,，、;；/|]+")
ROLES: Mapping[str, str] = {
    "店主": "owner",
    "店员": "clerk",
    "业务员": "salesman",
    "经销商": "dealer",
    "owner": "owner",
    "clerk": "clerk",
    "salesman": "salesman",
    "dealer": "dealer",
}
WORDS: Mapping[str, tuple[str, str]] = {
    "required": ("这一格不能为空", "This cell must not be empty"),
    "too_long": ("内容太长", "This is too long"),
    "bad_text": ("含有不能识别的字符", "This has characters that are no text"),
    "county": ("区县代码应为 6 位数字, 例如 310101", "A county has six digits, such as 310101"),
    "number": ("应为数字", "A number is expected"),
    "latitude": ("纬度应在 -90 到 90 之间", "A latitude lies between -90 and 90"),
    "longitude": ("经度应在 -180 到 180 之间", "A longitude lies between -180 and 180"),
    "half_place": ("经度和纬度要一起填写", "Latitude and longitude belong together"),
    "phone": ("应为 11 位手机号", "A mobile number of 11 digits is expected"),
    "role": ("角色应为 店主、店员、业务员 或 经销商", "A role is owner, clerk, salesman or dealer"),
    "extra_cells": ("这一行的格子比表头多", "This line has more cells than the header"),
    "twice": ("与第 {first} 行重复", "This repeats line {first}"),
    "name_taken": ("这个名称已存在", "This name exists already"),
    "county_taken": ("区县 {county} 已授权给其他经销商", "County {county} belongs to another dealer"),
    "unknown_dealer": ("没有这个经销商, 或已关闭", "There is no such dealer, or it is closed"),
    "unknown_terminal": ("该经销商没有这家门店, 或已关闭", "The dealer has no such shop, or it is closed"),
    "terminal_missing": ("店主和店员要填写门店", "Owners and clerks need a shop"),
    "terminal_unfit": ("业务员和经销商不填写门店", "Salesmen and dealers have no shop"),
    "invited": ("这个手机号已有同样的邀请", "This phone was invited to the same before"),
}


class Wrong(ValueError):
    """A cell says nothing we can use; the code says why."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column, the names it goes by (the first is the template's), and how a cell is read."""

    key: str
    names: tuple[str, ...]
    read: Callable[[str], Any]
    example: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class LineError:
    """``line`` as a text editor counts, ``column`` as the file calls it."""

    line: int
    column: str
    code: str
    places: Mapping[str, str] = field(default_factory=dict)

    def words(self, language: str) -> str:
        return WORDS[self.code][language == "en"].format(**self.places)


class Findings:
    """What is wrong with a file: the first hundred, and how many in all."""

    def __init__(self) -> None:
        self.shown: list[LineError] = []
        self.count = 0

    def add(self, line: int, column: str, code: str, **places: str) -> None:
        self.count += 1
        if len(self.shown) < MOST_SHOWN:
            self.shown.append(LineError(line, column, code, places))


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Header:
    """Which field of a line is which column; ``missing`` and ``unknown`` name what does not fit."""

    columns: tuple[Column | None, ...]
    titles: Mapping[str, str]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def fits(self) -> bool:
        return not self.missing and not self.unknown


def text_of(most: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > most:
            raise Wrong("too_long")
        if not cell.isprintable():
            raise Wrong("bad_text")
        return cell

    return read


def counties_of(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(county_of(part) for part in SEPARATORS.split(cell) if part))


def county_of(cell: str) -> str:
    if not COUNTY.fullmatch(cell):
        raise Wrong("county")
    return cell


def phone_of(cell: str) -> str:
    phone = normal_phone(cell)
    if phone is None:
        raise Wrong("phone")
    return phone


def role_of(cell: str) -> str:
    if cell.lower() not in ROLES:
        raise Wrong("role")
    return ROLES[cell.lower()]


def degrees_of(name: str, most: int) -> Callable[[str], float]:
    def read(cell: str) -> float:
        try:
            value = float(cell)
        except ValueError as error:
            raise Wrong("number") from error
        if not -most <= value <= most:
            raise Wrong(name)
        return value

    return read


NAME, ADDRESS = text_of(LONGEST_NAME), text_of(LONGEST_ADDRESS)
DEALER = Column("dealer", ("经销商", "所属经销商", "dealer"), NAME, "华东饮品有限公司", required=True)
KINDS: Mapping[str, tuple[Column, ...]] = {
    "dealers": (
        Column("name", ("经销商名称", "名称", "name", "dealer"), NAME, "华东饮品有限公司", required=True),
        Column("counties", ("授权区县", "区县代码", "counties"), counties_of, "310101 310104"),
    ),
    "terminals": (
        DEALER,
        Column("name", ("门店名称", "门店", "名称", "name"), NAME, "便民超市南京东路店", required=True),
        Column("county", ("区县代码", "区县", "county"), county_of, "310101", required=True),
        Column("address", ("地址", "门店地址", "address"), ADDRESS, "南京东路 1 号"),
        Column("phone", ("手机号", "电话", "phone"), phone_of, "13800000000"),
        Column("latitude", ("纬度", "latitude"), degrees_of("latitude", 90), "31.239700"),
        Column("longitude", ("经度", "longitude"), degrees_of("longitude", 180), "121.499800"),
    ),
    "people": (
        Column("phone", ("手机号", "电话", "phone"), phone_of, "13800000000", required=True),
        Column("role", ("角色", "role"), role_of, "店主", required=True),
        DEALER,
        Column("terminal", ("门店", "门店名称", "terminal"), NAME, "便民超市南京东路店"),
    ),
}


def template(kind: str) -> list[list[str]]:
    """The header and one example of a list."""
    return [[column.names[0] for column in KINDS[kind]], [column.example for column in KINDS[kind]]]


def read_header(kind: str, cells: Sequence[str]) -> Header:
    known = {name: column for column in KINDS[kind] for name in column.names}
    titles = [cell.strip().lower() for cell in cells]
    found = tuple(known.get(title) for title in titles)
    present = {column.key for column in found if column}
    return Header(
        found,
        {column.key: cell.strip() for column, cell in zip(found, cells, strict=True) if column},
        tuple(column.names[0] for column in KINDS[kind] if column.required and column.key not in present),
        tuple(
            cell.strip()
            for index, (column, cell) in enumerate(zip(found, cells, strict=True))
            if (column is None and cell.strip()) or (column is not None and column in found[:index])
        ),
    )


def read_lines(header: Header, rows: Iterable[tuple[int, list[str]]], findings: Findings) -> Iterator[Line]:
    """The lines whose every cell can be read; what is wrong with the others goes to the findings."""
    for number, cells in rows:
        before = findings.count
        if any(cell.strip() for cell in cells[len(header.columns) :]):
            findings.add(number, "", "extra_cells")
        values = dict(_cells(header, number, cells, findings))
        place = (values.get("latitude"), values.get("longitude"))
        if findings.count == before and place.count(None) == 1:
            findings.add(number, header.titles.get("latitude", header.titles.get("longitude", "")), "half_place")
        if findings.count == before:
            yield Line(number, values)


def _cells(header: Header, number: int, cells: Sequence[str], findings: Findings) -> Iterator[tuple[str, Any]]:
    for index, column in enumerate(header.columns):
        if column is None:
            continue
        cell = cells[index].strip() if index < len(cells) else ""
        if not cell:
            if column.required:
                findings.add(number, header.titles[column.key], "required")
            yield column.key, None
            continue
        try:
            yield column.key, column.read(cell)
        except Wrong as wrong:
            findings.add(number, header.titles[column.key], str(wrong))
            yield column.key, None
