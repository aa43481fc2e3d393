"""Where the pages of a scan lead on: the digits under film, the traceability page, and a product's facts."""

from typing import Final, TypedDict


class FurtherTexts(TypedDict):
    film: str
    journey: str
    rules_page: str
    product_page: str
    product_page_note: str


_ZH: Final[FurtherTexts] = {
    "film": "刮开涂层，核对防伪码",
    "journey": "商品追溯",
    "rules_page": "活动规则全文",
    "product_page": "商品信息",
    "product_page_note": "以上信息由品牌提供。要验证手中的商品是不是正品，请扫它上面的码",
}
_EN: Final[FurtherTexts] = {
    "film": "Check the digits under the film",
    "journey": "Where it has been",
    "rules_page": "The rules on a page of their own",
    "product_page": "Product",
    "product_page_note": "Facts from the brand. To see whether your item is genuine, scan the code on it",
}


def further_texts(lang: str) -> FurtherTexts:
    """The catalogue of a language; anything but English is Chinese."""
    return _EN if lang == "en" else _ZH
