"""What the page behind a download link says, Chinese first, English second."""

from typing import Final, TypedDict


class LinkTexts(TypedDict):
    title: str
    batch: str
    level: str
    lines: str
    size: str
    opens: str
    age: str
    zip: str
    sha256: str
    until: str
    left: str
    download: str
    note: str


_ZH: Final[LinkTexts] = {
    "title": "印刷文件",
    "batch": "批号",
    "level": "层级",
    "lines": "行数",
    "size": "大小",
    "opens": "打开方式",
    "age": "贵厂的 age 密钥",
    "zip": "ZIP 密码 (由品牌方另行告知)",
    "sha256": "内容 SHA-256",
    "until": "链接有效至",
    "left": "还可下载",
    "download": "下载文件",
    "note": "每次下载都会记下时间和地址。打开本页不计次数。",
}
_EN: Final[LinkTexts] = {
    "title": "Print file",
    "batch": "Batch",
    "level": "Level",
    "lines": "Lines",
    "size": "Size",
    "opens": "Opens with",
    "age": "your age key",
    "zip": "a ZIP password, which the brand tells you another way",
    "sha256": "SHA-256 of the content",
    "until": "The link works until",
    "left": "Downloads left",
    "download": "Download the file",
    "note": "Each download is logged with its time and address. Opening this page does not count.",
}


def link_texts(lang: str) -> LinkTexts:
    """The catalogue of a language; anything but English is Chinese."""
    return _EN if lang == "en" else _ZH
