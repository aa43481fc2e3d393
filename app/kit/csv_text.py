"""CSV (RFC 4180) as spreadsheets in China save and open it: three encodings in, one out, no formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from http import HTTPStatus

from app.kit.clock import SHANGHAI
from app.kit.errors import AppError

BOM = "\ufeff"  # without it Excel takes UTF-8 for the system's own encoding
# What a spreadsheet would calculate (OWASP, CSV Injection), also in the width of Chinese letters.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ENCODINGS = ("utf-8-sig", "gb18030")  # GB18030 is what Excel saves in China; it reads GBK and GB2312 too
Value = str | int | float | datetime | date | None


class NotText(AppError):
    code = "kit.not_text"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "文件不是文本格式的 CSV, 请用 Excel 另存为 CSV 后再上传"
    message_en = "The file is no CSV text; save it as CSV and try again"


def decode(body: bytes) -> str:
    """The text of a file in UTF-8, with or without a mark, or in GB18030; raises `NotText`."""
    for encoding in ENCODINGS:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NotText


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The number of the line a row ends on, counted from 1, and its fields; blank lines are left out.

    Raises `NotText` where a quote never ends or a field is longer than the reader takes.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if any(field.strip() for field in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise NotText(line=reader.line_num) from error


def line(values: Iterable[Value]) -> str:
    """One line with its end; text that would be a formula is led by an apostrophe."""
    out = io.StringIO()
    csv.writer(out).writerow([_shown(value) for value in values])
    return out.getvalue()


def _shown(value: Value) -> str:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str):
        return harmless(value)
    return "" if value is None else str(value)


def harmless(text: str) -> str:
    """Text that no spreadsheet calculates."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
