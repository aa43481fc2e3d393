"""The four operations of WeChat Pay v3: sign, verify, open a resource, close a sensitive field.

Source: pay.weixin.qq.com/doc/v3/merchant/4012365336 and 4012365341.
"""

import base64

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256


class Unopened(Exception):
    """The ciphertext was not made for this key, nonce and associated data."""


def sign(key: RSAPrivateKey, message: bytes) -> str:
    """SHA256 with RSA, PKCS#1 v1.5, in base64."""
    return base64.b64encode(key.sign(message, padding.PKCS1v15(), SHA256())).decode()


def is_signed(key: RSAPublicKey, message: bytes, signature: str) -> bool:
    try:
        key.verify(base64.b64decode(signature, validate=True), message, padding.PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def open_resource(apiv3_key: str, nonce: str, associated_data: str, ciphertext: str) -> bytes:
    """AES-256-GCM; `ciphertext` is base64 of the text and its 16-byte tag. Raises `Unopened`."""
    try:
        sealed = base64.b64decode(ciphertext, validate=True)
        return AESGCM(apiv3_key.encode()).decrypt(nonce.encode(), sealed, associated_data.encode())
    except (InvalidTag, ValueError):
        raise Unopened from None


def close_field(key: RSAPublicKey, text: str) -> str:
    """RSA-OAEP with SHA-1, as the platform prescribes for names and numbers; in base64."""
    scheme = padding.OAEP(padding.MGF1(SHA1()), SHA1(), label=None)  # noqa: S303  prescribed by the protocol
    return base64.b64encode(key.encrypt(text.encode(), scheme)).decode()
