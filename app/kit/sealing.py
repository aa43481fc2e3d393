"""Secrets at rest: sealed under the master key, which only the environment holds."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class CannotOpen(ValueError):
    """The secret was sealed under another master key or for another purpose."""


class Sealer:
    """AES-256-GCM (NIST SP 800-38D) under keys derived by HKDF-SHA256 (RFC 5869)."""

    def __init__(self, master_key: bytes) -> None:
        self._master_key = master_key
        self._cipher = AESGCM(self.derive("seal"))

    def derive(self, context: str, length: int = 32) -> bytes:
        """A key of its own for each context, stable for a master key."""
        return HKDF(SHA256(), length, None, f"malu:{context}".encode()).derive(self._master_key)

    def seal(self, plain: bytes, *, context: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """The plain bytes; raises `CannotOpen` for another key or context, and for what was cut or changed."""
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, body, context.encode())
        except (InvalidTag, ValueError) as error:  # ValueError: shorter than a nonce
            raise CannotOpen(context) from error


_sealers: list[Sealer] = []


def use_master_key(master_key: bytes) -> None:
    """Called once by the factory."""
    _sealers[:] = [Sealer(master_key)]


def _current() -> Sealer:
    if not _sealers:
        raise CannotOpen("no master key was given")
    return _sealers[0]


def derive(context: str, length: int = 32) -> bytes:
    return _current().derive(context, length)


def seal(plain: bytes, *, context: str) -> bytes:
    return _current().seal(plain, context=context)


def open_sealed(sealed: bytes, *, context: str) -> bytes:
    return _current().open(sealed, context=context)


def keyed_hash(value: str, *, context: str) -> bytes:
    """Equal for equal values of a context, and meaningless without the master key: to look up what is sealed."""
    return hmac.new(derive(context), value.encode(), hashlib.sha256).digest()
