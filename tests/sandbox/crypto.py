"""RSA, AES-GCM and AES-CBC as WeChat uses them, written against the public descriptions only."""

import base64
import datetime as dt
import functools
import hashlib
import secrets

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

OAEP = rsa_padding.OAEP(mgf=rsa_padding.MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)  # noqa: S303 - WeChat's choice


class Undecryptable(Exception):
    """The sensitive field was not encrypted with the key that the request names."""


def new_private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode()


@functools.lru_cache(maxsize=32)
def load_private_key(pem: str) -> rsa.RSAPrivateKey:
    return serialization.load_pem_private_key(pem.encode(), password=None)


def public_pem(private_pem: str) -> str:
    key = load_private_key(private_pem).public_key()
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


def new_certificate(private_pem: str, serial_no: str, *, started_at: float) -> str:
    """A self-signed platform certificate of five years whose serial is the given hex text."""
    key = load_private_key(private_pem)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Tenpay.com sandbox")])
    start = dt.datetime.fromtimestamp(started_at, dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(int(serial_no, 16)).not_valid_before(start - dt.timedelta(days=1))
    builder = builder.not_valid_after(start + dt.timedelta(days=5 * 365))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def validity(certificate_pem: str) -> tuple[float, float]:
    """First and last moment, in epoch seconds."""
    certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
    return certificate.not_valid_before_utc.timestamp(), certificate.not_valid_after_utc.timestamp()


def lines(*parts: str | bytes) -> bytes:
    """The signed text of WeChat Pay v3: each part closed by one line feed."""
    return b"".join((part if isinstance(part, bytes) else part.encode()) + b"\n" for part in parts)


def sign(private_pem: str, message: bytes) -> str:
    signature = load_private_key(private_pem).sign(message, rsa_padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(signature).decode()


def is_signed_by(private_pem: str, message: bytes, signature: str) -> bool:
    """True when the holder of this key pair signed exactly `message`."""
    try:
        raw = base64.b64decode(signature, validate=True)
        load_private_key(private_pem).public_key().verify(raw, message, rsa_padding.PKCS1v15(), hashes.SHA256())
    except (ValueError, InvalidSignature):
        return False
    return True


def seal(apiv3_key: str, plaintext: str, associated_data: str, *, nonce: str = "") -> dict[str, str]:
    """The `resource` of a notification: AES-256-GCM, 12 ASCII bytes of nonce, tag at the end."""
    nonce = nonce or secrets.token_hex(6)
    sealed = AESGCM(apiv3_key.encode()).encrypt(nonce.encode(), plaintext.encode(), associated_data.encode())
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(sealed).decode(),
        "associated_data": associated_data,
        "nonce": nonce,
    }


def open_sensitive(private_pem: str, field: str) -> str:
    try:
        return load_private_key(private_pem).decrypt(base64.b64decode(field, validate=True), OAEP).decode()
    except ValueError as error:
        raise Undecryptable from error


def jssdk_signature(ticket: str, nonce: str, timestamp: str, url: str) -> str:
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}"
    return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 - the algorithm of the JS-SDK


def seal_package(key: str, rows: str) -> str:
    """A file of 一物一码: base64 of AES-CBC (IV = the key's head) over 16 random bytes, the rows, PKCS#7 to 32."""
    padder = padding.PKCS7(256).padder()
    padded = padder.update(secrets.token_bytes(16) + rows.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key.encode()), modes.CBC(key.encode()[:16])).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def user_data_signature(raw_data: str, session_key: str) -> str:
    return hashlib.sha1((raw_data + session_key).encode()).hexdigest()  # noqa: S324 - the algorithm of getUserInfo


def encrypt_user_data(session_key: str, plaintext: str, *, iv: bytes = b"") -> tuple[str, str]:
    """AES-128-CBC with PKCS#7 under the session key: (encryptedData, iv), both base64."""
    iv = iv or secrets.token_bytes(16)
    padder = padding.PKCS7(128).padder()
    padded = padder.update(plaintext.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(base64.b64decode(session_key)), modes.CBC(iv)).encryptor()
    sealed = encryptor.update(padded) + encryptor.finalize()
    return base64.b64encode(sealed).decode(), base64.b64encode(iv).decode()
