"""Signed and encrypted user data of a mini-program ("open-ability/signature" on developers.weixin.qq.com)."""

import base64
import hashlib
import hmac
from typing import Any

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.platforms import http
from app.platforms.errors import InvalidUserData


def raw_data_is_signed(raw_data: str, signature: str, session_key: str) -> bool:
    """Whether `rawData` is as WeChat gave it to this login."""
    expected = hashlib.sha1((raw_data + session_key).encode(), usedforsecurity=False).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def decrypt_user_data(encrypted_data: str, iv: str, session_key: str, app_id: str) -> dict[str, Any]:
    """Open `encryptedData` (AES-128-CBC, PKCS#7; all three in base64) with the key of the same login.

    Raises `InvalidUserData` also when the watermark names another app.
    """
    try:
        data = http.parse_object(_decrypt(encrypted_data, iv, session_key))
    except (ValueError, http.UnreadableAnswer):
        raise InvalidUserData from None
    watermark = data.get("watermark")
    if not isinstance(watermark, dict) or watermark.get("appid") != app_id:
        raise InvalidUserData
    return data


def _decrypt(encrypted_data: str, iv: str, session_key: str) -> bytes:
    key = base64.b64decode(session_key, validate=True)
    cipher = Cipher(algorithms.AES128(key), modes.CBC(base64.b64decode(iv, validate=True))).decryptor()
    padded = cipher.update(base64.b64decode(encrypted_data, validate=True)) + cipher.finalize()
    unpadder = padding.PKCS7(algorithms.AES128.block_size).unpadder()
    return unpadder.update(padded) + unpadder.finalize()
