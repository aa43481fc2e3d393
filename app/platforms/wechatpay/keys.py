"""Keys of both sides: ours to sign with, the platform's to verify and to encrypt for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

PUBLIC_KEY_PREFIX = "PUB_KEY_ID_"
APIV3_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The platform's keys by serial.

    New merchants have a public key (`PUB_KEY_ID_…`) only; older ones have certificates, and during the
    switch answers come under either. Serials are compared as upper-case text, leading zeros included.
    `preferred` is announced with every request and encrypts sensitive fields: a public key comes first.
    """

    keys: Mapping[str, RSAPublicKey]
    preferred: str

    @classmethod
    def from_pem(cls, pems: Mapping[str, str]) -> Self:
        """Build from serial → PEM of a public key or certificate, the most wanted first of its kind.

        Raises `ValueError` for an empty ring, a foreign serial or a key that is not RSA.
        """
        keys = {serial.upper(): _load_platform_key(serial, pem) for serial, pem in pems.items()}
        if not keys:
            raise ValueError("a key ring needs a key")
        ordered = sorted(keys, key=lambda serial: not serial.startswith(PUBLIC_KEY_PREFIX))
        return cls(keys, ordered[0])

    def find(self, serial: str) -> RSAPublicKey | None:
        return self.keys.get(serial.upper())


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant account: its number, its own certificate's serial and key, and the platform's keys."""

    mch_id: str
    serial_no: str
    private_key_pem: str = field(repr=False)
    apiv3_key: str = field(repr=False)
    key_ring: KeyRing = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.apiv3_key.encode()) != APIV3_KEY_BYTES:
            raise ValueError("an APIv3 key has 32 bytes")

    @property
    def private_key(self) -> RSAPrivateKey:
        return load_private_key(self.private_key_pem)


@lru_cache(maxsize=256)
def load_private_key(pem: str) -> RSAPrivateKey:
    """Parsing checks the key and costs milliseconds, so a process does it once per merchant."""
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("WeChat Pay signs with RSA")  # noqa: TRY004  one kind of error for one bad setting
    return key


def _load_platform_key(serial: str, pem: str) -> RSAPublicKey:
    if "BEGIN CERTIFICATE" in pem:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        if certificate.serial_number != int(serial, 16):
            raise ValueError("the serial is not this certificate's")
        return _rsa(certificate.public_key())
    return _rsa(load_pem_public_key(pem.encode()))


def _rsa(key: object) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey):
        raise ValueError("WeChat Pay signs with RSA")  # noqa: TRY004  one kind of error for one bad setting
    return key
