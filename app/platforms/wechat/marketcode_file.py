"""The file of 一物一码: how it opens, and which of its columns mean what.

Base64 of AES-CBC under the key that WeChat delivered to the account, the key's first 16 bytes being the IV;
then 16 random bytes, the rows, and PKCS#7 padding (to blocks of 16 or of 32). The columns of a row are documented
in prose only, so they are recognised by what they hold, and a file that leaves a doubt is refused.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.platforms.errors import InvalidMarketKey, UnreadablePackage
from app.platforms.wechat.marketcode import RAW_CODE_LENGTH, CodeRange

KEY_SIZES = (16, 24, 32)
BASE64_KEY_LENGTH = 43  # 32 bytes without the final "=", as WeChat writes its other AES keys
BLOCK = 16
RANDOM_BYTES = 16
LONGEST_PADDING = 32
PRINTED = "P.URL.CN/"
SAMPLE = 50  # rows that decide what the columns are


@dataclass(frozen=True, slots=True)
class PackageRow:
    """One code: WeChat's index, its nine raw characters, and the text to print as a QR code."""

    index: int
    code: str
    printed: str


@dataclass(frozen=True, slots=True)
class _Layout:
    """Positions of the columns; without a raw column the code is the end of the printed text."""

    index: int
    printed: int
    code: int | None

    def row(self, columns: list[str]) -> PackageRow:
        printed = columns[self.printed]
        code = printed[-RAW_CODE_LENGTH:] if self.code is None else columns[self.code]
        return PackageRow(int(columns[self.index]), code, printed)


def read_key(text: str) -> bytes:
    """The key as the account was told it: 16, 24 or 32 characters, or 43 of base64. Raises `InvalidMarketKey`."""
    raw = text.strip().encode()
    if len(raw) == BASE64_KEY_LENGTH:
        try:
            raw = base64.b64decode(raw + b"=", validate=True)
        except binascii.Error:
            raise InvalidMarketKey from None
    if len(raw) not in KEY_SIZES:
        raise InvalidMarketKey
    return raw


def open_package(buffer: str, key: bytes) -> bytes:
    """The rows in clear; raises `UnreadablePackage` for another key or a file that was cut."""
    try:
        sealed = base64.b64decode(buffer, validate=True)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:BLOCK])).decryptor()
        padded = decryptor.update(sealed) + decryptor.finalize()
    except ValueError:
        raise UnreadablePackage from None
    size = padded[-1] if padded else 0
    if not 1 <= size <= LONGEST_PADDING or padded[-size:] != bytes([size]) * size:
        raise UnreadablePackage
    return padded[RANDOM_BYTES:-size]


def read_rows(plain: bytes, part: CodeRange) -> Iterator[PackageRow]:
    """The rows of the file of one range, in its order. Raises `UnreadablePackage`."""
    lines = (line.split() for line in _decoded(plain).splitlines())
    rows = (columns for columns in lines if columns)
    sample = list(islice(rows, SAMPLE))
    if sample and not _indexes(sample, part):
        sample = sample[1:]  # a heading
    layout = _layout(sample, part)
    for columns in chain(sample, rows):
        try:
            row = layout.row(columns)
        except (IndexError, ValueError):
            raise UnreadablePackage from None
        if not part.start <= row.index <= part.end or not _is_printed(row.printed):
            raise UnreadablePackage
        yield row


def _decoded(plain: bytes) -> str:
    try:
        return plain.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadablePackage from None


def _layout(sample: list[list[str]], part: CodeRange) -> _Layout:
    indexes = _indexes(sample, part)
    printed = [at for at in _columns(sample) if all(_is_printed(row[at]) for row in sample)]
    if len(indexes) != 1 or len(printed) != 1:
        raise UnreadablePackage
    raw = [at for at in _columns(sample) if at != indexes[0] and _are_raw_codes([row[at] for row in sample])]
    if len(raw) > 1:
        raise UnreadablePackage
    return _Layout(indexes[0], printed[0], raw[0] if raw else None)


def _indexes(sample: list[list[str]], part: CodeRange) -> list[int]:
    """The columns that may be the index: all different, all within the range."""
    return [at for at in _columns(sample) if _are_indexes([row[at] for row in sample], part)]


def _columns(sample: list[list[str]]) -> range:
    return range(min(map(len, sample), default=0))


def _are_indexes(values: list[str], part: CodeRange) -> bool:
    numbers = [int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 20]  # noqa: PLR2004  # 64 bits
    within = all(part.start <= number <= part.end for number in numbers)
    return within and len(numbers) == len(values) == len(set(numbers))


def _are_raw_codes(values: list[str]) -> bool:
    fit = all(len(value) == RAW_CODE_LENGTH and value.isascii() and not _is_printed(value) for value in values)
    return fit and len(values) == len(set(values))


def _is_printed(value: str) -> bool:
    """The text for the QR code, with or without a scheme before the host."""
    host = value.upper().removeprefix("HTTPS://").removeprefix("HTTP://")
    return host.startswith(PRINTED) and len(value) > len(PRINTED) + RAW_CODE_LENGTH - 1
