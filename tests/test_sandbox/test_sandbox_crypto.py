"""The sandbox's own cryptography against vectors that WeChat published, and against a library's."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.x509 import load_pem_x509_certificate
from wechatpayv3 import utils as witness

from tests.sandbox import crypto

PUBLISHED = Path(__file__).parents[1] / "platforms" / "vectors.json"


@pytest.fixture(scope="module")
def vectors():
    return json.loads(PUBLISHED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def private_key():
    return crypto.new_private_key()


def test_the_page_signature_is_the_one_in_the_documentation(vectors):
    page = vectors["js_sdk"]
    made = crypto.jssdk_signature(page["ticket"], page["nonce"], str(page["timestamp"]), page["url"])
    assert made == page["signature"]


def test_the_user_data_signature_is_the_one_in_the_documentation(vectors):
    data = vectors["raw_data"]
    assert crypto.user_data_signature(data["raw_data"], data["session_key"]) == data["signature"]


def test_user_data_is_encrypted_as_in_the_documentation(vectors):
    sample = vectors["user_data"]
    key, iv = base64.b64decode(sample["session_key"]), base64.b64decode(sample["iv"])
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    padded = cipher.update(base64.b64decode(sample["encrypted_data"])) + cipher.finalize()
    unpadder = padding.PKCS7(128).unpadder()
    plain = (unpadder.update(padded) + unpadder.finalize()).decode()
    assert json.loads(plain)["watermark"]["appid"] == sample["app_id"]
    again = crypto.encrypt_user_data(sample["session_key"], plain, iv=iv)
    assert again == (sample["encrypted_data"], sample["iv"])


def test_a_resource_is_sealed_as_in_the_official_go_library(vectors):
    known = vectors["resource"]
    sealed = crypto.seal(known["key"], known["plaintext"], known["associated_data"], nonce=known["nonce"])
    assert sealed["ciphertext"] == known["ciphertext"]
    assert sealed["algorithm"] == "AEAD_AES_256_GCM"


def test_the_signed_text_is_the_one_that_the_official_go_library_verifies(vectors):
    known = vectors["notification"]
    stamp = known["headers"]["Wechatpay-Timestamp"]
    message = crypto.lines(str(stamp), known["headers"]["Wechatpay-Nonce"], known["body"])
    signature = base64.b64decode(known["headers"]["Wechatpay-Signature"])
    certificate = load_pem_x509_certificate(known["certificate"].encode())
    certificate.public_key().verify(signature, message, PKCS1v15(), hashes.SHA256())


def test_a_signature_is_verified_by_the_witness_and_the_other_way_round(private_key):
    public = witness.load_public_key(crypto.public_pem(private_key))
    signature = crypto.sign(private_key, crypto.lines("1", "n", '{"a":"中"}'))
    assert witness.rsa_verify("1", "n", '{"a":"中"}', signature, public)
    theirs = witness.rsa_sign(witness.load_private_key(private_key), "1\nn\nx\n")
    assert crypto.is_signed_by(private_key, crypto.lines("1", "n", "x"), theirs)
    assert not crypto.is_signed_by(private_key, crypto.lines("1", "n", "y"), theirs)
    assert not crypto.is_signed_by(private_key, b"", "not base64")


def test_a_resource_is_opened_by_the_witness():
    key = "0123456789abcdef0123456789ABCDEF"
    sealed = crypto.seal(key, "奖", "mch_payment")
    assert witness.aes_decrypt(sealed["nonce"], sealed["ciphertext"], sealed["associated_data"], key) == "奖"


def test_a_name_encrypted_by_the_witness_is_read(private_key):
    public = witness.load_public_key(crypto.public_pem(private_key))
    assert crypto.open_sensitive(private_key, witness.rsa_encrypt("张芳", public)) == "张芳"
    with pytest.raises(crypto.Undecryptable):
        crypto.open_sensitive(crypto.new_private_key(), witness.rsa_encrypt("张芳", public))


def test_a_certificate_keeps_the_leading_zero_of_its_serial(private_key):
    pem = crypto.new_certificate(private_key, "0B94F2D7163CA85E40D1B87F263E5C90A17D48E2", started_at=1_700_000_000)
    assert f"{load_pem_x509_certificate(pem.encode()).serial_number:040X}".startswith("0B94")
