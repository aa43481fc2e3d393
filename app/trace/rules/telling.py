"""A code's whole life in plain words, for staff."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.trace.rules.records import Record


@dataclass(frozen=True, slots=True)
class Step:
    """One fact of a code's life."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Names:
    """How to name what records only number: each gives a name or None."""

    dealer: Callable[[int], str | None]
    shop: Callable[[int], str | None]
    code: Callable[[int], str | None]


RECORDS = {
    "minted": ("码已生成", "Minted"),
    "activated": ("码已激活", "Activated"),
    "packed": ("装入 {parent}", "Packed into {parent}"),
    "unpacked": ("从 {parent} 中取出", "Taken out of {parent}"),
    "shipped": ("发货给经销商「{dealer}」, 单号 {number}", "Shipped to dealer “{dealer}”, note {number}"),
    "transferred": ("调拨给经销商「{dealer}」, 单号 {number}", "Passed on to dealer “{dealer}”, note {number}"),
    "delivered": ("送货给门店「{shop}」, 单号 {number}", "Delivered to shop “{shop}”, note {number}"),
    "reversed": ("撤销单据 {number}", "Note {number} was taken back"),
    "received": ("经销商「{dealer}」收货", "Received by dealer “{dealer}”"),
    "returned": ("退回品牌", "Returned to the brand"),
    "opened": ("门店「{shop}」开箱", "Opened by shop “{shop}”"),
    "void": ("已作废", "Withdrawn"),
}
CANARY = (
    "哨兵码: 只在批次 {batch} (码包 {pack}) 的印刷文件里, 不在任何商品上; 被扫说明文件已泄漏",
    "A canary of batch {batch} (pack order {pack}): in its print file, on no goods; if scanned, the file leaked",
)
SIGHTINGS = {"query": ("被查询", "Queried"), "claim": ("领奖", "Claimed"), "opening": ("开箱", "Opened")}
BLOCKS = {"frozen": ("被冻结", "Frozen"), "void": ("已作废", "Withdrawn")}
NOWHERE = ("位置未知", "place unknown")


def words(pair: tuple[str, str], language: str) -> str:
    return pair[1] if language == "en" else pair[0]


def record_text(record: Record, parent_no: int | None, names: Names, language: str) -> str:
    """What a record says of a code that it names."""
    told = words(RECORDS.get(record.kind, (record.kind, record.kind)), language)
    return told.format(
        parent=_named(names.code, parent_no),
        dealer=_named(names.dealer, record.dealer_id),
        shop=_named(names.shop, record.terminal_id),
        number=record.number or "–",
    )


def _named(name: Callable[[int], str | None], number: int | None) -> str:
    return "–" if number is None else name(number) or str(number)


def canary_text(batch: str, pack: str | None, language: str) -> str:
    """That the code stands in a print file and on no goods: whoever scans it has the file."""
    return words(CANARY, language).format(batch=batch, pack=pack or "–")


def sighting_text(kind: str, place: str | None, language: str) -> str:
    """That somebody saw the code, and where as far as that is known."""
    return f"{words(SIGHTINGS.get(kind, (kind, kind)), language)}: {place or words(NOWHERE, language)}"


def block_text(kind: str, reason: str, language: str) -> str:
    return f"{words(BLOCKS[kind], language)}: {reason}"


def lifted_text(language: str) -> str:
    return words(("已解冻", "Thawed"), language)


def export_text(recipient: str, count: int, language: str) -> str:
    """That a print file with this code left."""
    return words(
        (f"印刷文件已导出 ({count} 个码) 给 {recipient}", f"Print file of {count} codes for {recipient}"), language
    )
