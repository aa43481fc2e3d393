"""What is wrong with the lines of an association file, and in which words it is said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

KEPT = 1000  # findings of a file that are shown; the rest is counted

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "codes.no_lines": ("文件里没有关联行", "The file holds no line of an association"),
        "codes.too_many_lines": (
            "超过 {most} 行, 请分成几个文件",
            "More than {most} lines; please split the file",
        ),
        "codes.bad_line": ("应为: 上级码,下级码", "A line reads parent,child"),
        "codes.unknown_parent": (
            "上级码不是本品牌的码, 或没有读全",
            "The parent is no code of this brand, or was not read completely",
        ),
        "codes.unknown_child": (
            "下级码不是本品牌的码, 或没有读全",
            "The child is no code of this brand, or was not read completely",
        ),
        "codes.reversed_range": (
            "末码应在首码之后, 且属同一批次",
            "The last code must follow the first, of one batch",
        ),
        "codes.range_too_long": ("一个上级码最多装 100,000 个", "A parent holds at most 100,000 codes"),
        "codes.wrong_level": (
            "这一层级的码不能装进这样的上级",
            "A code of this level does not belong in such a parent",
        ),
        "codes.wrong_sku": (
            "下级码与上级码不是同一规格的商品",
            "Child and parent were made for different products",
        ),
        "codes.void": ("这一行有已作废的码", "A code of this line has been withdrawn"),
        "codes.repeated_child": ("这个下级码在第 {first} 行已经出现", "This child stands in line {first} already"),
        "codes.already_packed": ("这个下级码已装在 {parent} 中", "This child is packed in {parent} already"),
        "codes.parent_closed": ("这个上级码已封箱", "This parent was closed"),
        "codes.parent_full": ("这个上级码超过了 {most} 个", "This parent holds more than {most}"),
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    line: int
    code: str
    about: str = ""

    def words(self) -> tuple[str, str]:
        """In Chinese and in English; ``about`` fills the gap of a sentence that has one."""
        zh, en = WORDS[self.code]
        given = dict.fromkeys(("most", "first", "parent"), self.about)
        return zh.format_map(given), en.format_map(given)


class Findings:
    """Counts all wrong lines and keeps the first of them."""

    def __init__(self) -> None:
        self.wrong = 0
        self._kept: list[Finding] = []

    def note(self, code: str, lines: Iterable[int], about: Iterable[str] | str = "") -> None:
        """Note one finding a line; ``about`` is for all of them, or goes along with the lines."""
        given = list(lines)
        told = [about] * len(given) if isinstance(about, str) else list(about)
        self.wrong += len(given)
        self._kept += [Finding(line, code, one) for line, one in zip(given, told, strict=True)]
        if len(self._kept) > KEPT:
            self._kept = sorted(self._kept)[:KEPT]

    def first(self) -> list[Finding]:
        return sorted(self._kept)


class Told(Protocol):
    """A finding as it was kept."""

    line: int
    text: str
    message: str
    message_en: str


def error_list(found: Iterable[Told], *, wrong: int, language: str) -> bytes:
    """The errors of a file as a CSV that spreadsheets open as text; ``wrong`` counts those not kept, too."""
    english = language == "en"
    heads = ("line", "content", "reason") if english else ("行号", "内容", "原因")
    lines = [",".join(map(safe_cell, heads))]
    for one in found:
        words = one.message_en if english else one.message
        lines.append(f"{one.line},{safe_cell(one.text)},{safe_cell(words)}")
    more = wrong - len(lines) + 1
    if more > 0:
        lines.append(safe_cell(f"{more} more lines are wrong" if english else f"另有 {more} 行有错, 未列出"))
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, with its quotes."""
    guarded = f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
    return '"' + guarded.replace('"', '""') + '"'
