"""Everything the traceability page says, Chinese first, English second."""

from typing import Final, TypedDict


class TraceTexts(TypedDict):
    title: str
    unknown: str
    unknown_note: str
    void: str
    void_note: str
    frozen: str
    frozen_note: str
    inactive: str
    inactive_note: str
    spec: str
    gtin: str
    batch: str
    made_on: str
    expires_on: str
    reports: str
    no_reports: str
    way: str
    no_way: str
    minted: str
    activated: str
    packed: str
    shipped: str
    transferred: str
    delivered: str
    returned: str
    received: str
    opened: str
    voided: str
    genuine: str


_ZH: Final[TraceTexts] = {
    "title": "商品追溯",
    "unknown": "查无此码",
    "unknown_note": "请核对码是否完整。若仍查不到，谨防假冒",
    "void": "此码已作废",
    "void_note": "请不要购买或使用这件商品，并向品牌反映",
    "frozen": "此码暂停使用",
    "frozen_note": "品牌正在核查这批商品",
    "inactive": "此码尚未激活",
    "inactive_note": "这件商品还没有登记出库。如果它已在您手中，请向品牌反映",
    "spec": "规格",
    "gtin": "商品条码",
    "batch": "批次",
    "made_on": "生产日期",
    "expires_on": "有效期至",
    "reports": "质检报告",
    "no_reports": "品牌还没有上传这个批次的质检报告",
    "way": "流转记录",
    "no_way": "还没有流转记录",
    "minted": "赋码",
    "activated": "出厂登记",
    "packed": "装箱",
    "shipped": "品牌发货",
    "transferred": "调拨",
    "delivered": "送货到门店",
    "returned": "退回品牌",
    "received": "经销商收货",
    "opened": "门店开箱上架",
    "voided": "品牌作废",
    "genuine": "查真伪与领奖",
}
_EN: Final[TraceTexts] = {
    "title": "Where it has been",
    "unknown": "No such code",
    "unknown_note": "Check that the code is complete. If it still is not found, beware of a fake",
    "void": "This code is withdrawn",
    "void_note": "Do not buy or use this item, and tell the brand",
    "frozen": "This code is suspended",
    "frozen_note": "The brand is checking these goods",
    "inactive": "This code is not active yet",
    "inactive_note": "This item has not left the factory's books. If you hold it in your hands, tell the brand",
    "spec": "Size",
    "gtin": "Barcode",
    "batch": "Batch",
    "made_on": "Made on",
    "expires_on": "Best before",
    "reports": "Quality reports",
    "no_reports": "The brand has not added a report for this batch yet",
    "way": "Journey",
    "no_way": "Nothing is recorded yet",
    "minted": "Given its code",
    "activated": "Left the factory",
    "packed": "Packed",
    "shipped": "Shipped by the brand",
    "transferred": "Passed on",
    "delivered": "Delivered to a shop",
    "returned": "Returned to the brand",
    "received": "Received by a dealer",
    "opened": "Opened by the shop",
    "voided": "Withdrawn by the brand",
    "genuine": "Is it genuine? Is there a prize?",
}


def trace_texts(lang: str) -> TraceTexts:
    """The catalogue of a language; anything but English is Chinese."""
    return _EN if lang == "en" else _ZH
