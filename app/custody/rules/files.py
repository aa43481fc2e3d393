"""Files of movements: one code a line, or the number of a document and a code."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

HEADERS = (("code",), ("document", "code"))
ENCODINGS = ("utf-8-sig", "gb18030")
MOST_LINES = 50_000
MOST_ERRORS = 50
LONGEST_NUMBER = 64
WORDS: Mapping[str, tuple[str, str]] = {
    "header": ("第一行应为 code 或 document,code", "The first line must be “code” or “document,code”"),
    "columns": ("列数与表头不符", "This line has not the columns of the header"),
    "number": ("单号为空或超过 64 个字", "The document number is empty or longer than 64 characters"),
    "twice": ("同一单据中重复的码", "This code was named before in the same document"),
    "unknown": ("不是本品牌的码", "This is no code of the brand"),
    "elsewhere": ("这件货不在发货方名下", "The sender does not hold this code"),
    "apart": ("这一箱(垛)里有货已不在发货方名下", "A part of this pack is not held by the sender any more"),
    "taken": ("这个单号已用于其他货物", "This document number was used for other goods"),
    "stopped": (
        "品牌已停止向该经销商供货",
        "The brand has stopped the supply of this dealer",
    ),
    "lines": (f"一个文件最多 {MOST_LINES} 行", f"A file has at most {MOST_LINES} lines"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file with its number, counted from 1 and the header."""

    number: int
    document: str
    code: str


@dataclass(frozen=True, slots=True)
class LineError:
    line: int
    reason: str

    def shown(self, language: str) -> dict[str, str | int]:
        chinese, english = WORDS[self.reason]
        return {"line": self.line, "reason": self.reason, "message": english if language == "en" else chinese}


def read_file(content: bytes, *, document: str) -> tuple[list[Line], list[LineError]]:
    """The lines of a CSV file, in UTF-8 or as a Chinese Excel writes it; ``document`` is for lines without one."""
    rows = _rows(content)
    header = tuple(cell.strip().lower() for cell in next(rows, (1, [""]))[1])
    if header not in HEADERS:
        return [], [LineError(1, "header")]
    lines: list[Line] = []
    wrong: list[LineError] = []
    for number, cells in rows:
        if number > MOST_LINES + 1:
            return [], [LineError(number, "lines")]
        values = [cell.strip() for cell in cells]
        if not any(values):
            continue
        if len(values) != len(header):
            wrong.append(LineError(number, "columns"))
        elif not 0 < len(values[0] if len(header) > 1 else document) <= LONGEST_NUMBER:
            wrong.append(LineError(number, "number"))
        else:
            lines.append(Line(number, values[0] if len(header) > 1 else document, values[-1]))
    return lines, wrong


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(_decoded(content), newline=""))
    for cells in reader:
        yield reader.line_num, [cell.replace("\0", "") for cell in cells]


def _decoded(content: bytes) -> str:
    utf, excel = ENCODINGS
    try:
        return content.decode(utf)
    except UnicodeDecodeError:
        return content.decode(excel, errors="replace")
