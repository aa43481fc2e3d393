"""Secrets at rest: sealed under a master key, which only the environment holds, itself wrapped by a KMS or not."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
FIRST = "1"  # the id of a master key that was given without one


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


class KeyWrapper(Protocol):
    """Who keeps a master key shut while it rests in the environment: a KMS, or nobody."""

    def wrap(self, plain: bytes, *, context: str) -> bytes: ...

    def unwrap(self, wrapped: bytes, *, context: str) -> bytes: ...


def master_context(key_id: str) -> str:
    """What a wrapped master key is bound to."""
    return f"malu:master:{key_id}"


class KeyRing:
    """Several master keys by their ids: the first seals, all of them open.

    What a ring seals begins with a mark and the id of its key, so that it knows what it can open, and rotation
    knows what is left to do. What was sealed before there were ids opens under whichever key fits.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._sealers = {key_id: Sealer(key) for key_id, key in keys.items()}
        self._current = next(iter(keys))
        self.mark = _mark_of(self._current)

    def seal(self, plain: bytes, *, context: str) -> bytes:
        return self.mark + self._sealers[self._current].seal(plain, context=context)

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """As `Sealer.open`."""
        for key_id, sealer in self._sealers.items():
            mark = _mark_of(key_id)
            if sealed.startswith(mark):
                return sealer.open(sealed[len(mark) :], context=context)
        return self._open_unmarked(sealed, context)

    def derive_first(self, context: str, length: int = 32) -> bytes:
        """A key derived from the first master key there ever was; raises `CannotOpen` once that was dropped."""
        if FIRST not in self._sealers:
            raise CannotOpen(context)
        return self._sealers[FIRST].derive(context, length)

    def _open_unmarked(self, sealed: bytes, context: str) -> bytes:
        for sealer in self._sealers.values():
            with suppress(CannotOpen):
                return sealer.open(sealed, context=context)
        raise CannotOpen(context)


def _mark_of(key_id: str) -> bytes:
    return b"malu" + bytes([len(key_id)]) + key_id.encode()


_rings: list[KeyRing] = []


def use_master_keys(keys: Mapping[str, bytes]) -> None:
    """Called once by the factory with the master keys by their ids, the one that seals first."""
    _rings[:] = [KeyRing(keys)]


def _current() -> KeyRing:
    if not _rings:
        raise CannotOpen("no master key was given")
    return _rings[0]


def derive_first(context: str, length: int = 32) -> bytes:
    return _current().derive_first(context, length)


def seal(plain: bytes, *, context: str) -> bytes:
    return _current().seal(plain, context=context)


def open_sealed(sealed: bytes, *, context: str) -> bytes:
    return _current().open(sealed, context=context)


def is_current(sealed: bytes) -> bool:
    """Whether the key that seals today has sealed this."""
    return sealed.startswith(_current().mark)


def keyed_hash(value: str, *, key: bytes, context: str) -> bytes:
    """Equal for equal values of a context, and meaningless without the key: to look up what is sealed."""
    return hmac.new(key, f"{context}:{value}".encode(), hashlib.sha256).digest()
