"""Bodies that are files: received as a stream, hashed on the way, kept under the brand's files."""

import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from flask import request
from werkzeug.exceptions import ClientDisconnected

from app.kit import files
from app.kit.errors import AppError, TooLarge

CHUNK = 1 << 16


class EmptyFile(AppError):
    code = "kit.empty_file"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "文件是空的"
    message_en = "The file is empty"


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it came: where it lies, its size in bytes, its SHA-256 in hex."""

    name: str
    path: Path
    size: int
    sha256: str


def receive(brand_id: int, name: str, *, most_bytes: int) -> Received:
    """Keep the request's body as the brand's file ``name``; memory stays flat, whatever its size.

    Call it before the transaction. Raises `TooLarge`, `EmptyFile`, and what `files.path_of` does.
    """
    request.max_content_length = most_bytes
    if request.content_length is not None and request.content_length > most_bytes:
        raise TooLarge
    digest, size = hashlib.sha256(), 0
    with files.writing(brand_id, name) as file:
        while chunk := request.stream.read(CHUNK):
            digest.update(chunk)
            size += file.write(chunk)
        if request.content_length not in {None, size}:
            raise ClientDisconnected
        if not size:
            raise EmptyFile
    return Received(name, files.path_of(brand_id, name), size, digest.hexdigest())
