"""Files that come as request bodies."""

import hashlib

import pytest

from app.kit import files, uploads
from app.kit.errors import TooLarge


def receive(app, brand, body, most_bytes=100_000):
    with app.test_request_context("/", method="POST", data=body):
        return uploads.receive(brand.id, "tests/upload.csv", most_bytes=most_bytes)


def test_a_body_is_kept_with_its_size_and_hash(app, brand):
    body = b"parent,child\n" * 5000
    received = receive(app, brand, body)
    assert received.size == len(body)
    assert received.sha256 == hashlib.sha256(body).hexdigest()
    assert received.path.read_bytes() == body


def test_a_body_beyond_the_limit_leaves_nothing(app, brand):
    with pytest.raises(TooLarge):
        receive(app, brand, b"x" * 101, most_bytes=100)
    assert not files.path_of(brand.id, "tests/upload.csv").exists()


def test_a_body_beyond_the_houses_limit_may_be_a_file(app, brand):
    assert receive(app, brand, b"x" * 2_000_000, most_bytes=3_000_000).size == 2_000_000


def test_an_empty_body_is_refused(app, brand):
    with pytest.raises(uploads.EmptyFile):
        receive(app, brand, b"")
