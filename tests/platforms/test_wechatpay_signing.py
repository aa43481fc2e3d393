"""Signatures, keys and ciphers of WeChat Pay v3: published vectors, a second library as witness, properties."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from wechatpayv3.utils import rsa_decrypt, rsa_verify

from app.platforms.wechatpay import KeyRing, Merchant, crypto, signing

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
CERTIFICATE_SERIAL = "0D7CE59D1F522D70"


def signed(side, body, *, serial="PUB_KEY_ID_01", timestamp=STAMP, nonce="n0nce"):
    message = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
    return {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature": crypto.sign(side.private_key, message),
        "Wechatpay-Signature-Type": signing.SCHEME,
    }


def certificate_of(side, serial):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "platform")])
    builder = x509.CertificateBuilder(name, name, side.private_key.public_key(), int(serial, 16))
    builder = builder.not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    return builder.sign(side.private_key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def reason_of(ring, headers, body=b"{}", now=NOW):
    with pytest.raises(signing.Unverified) as doubt:
        signing.verify(ring, headers, body, now)
    return doubt.value.reason


def test_a_resource_opens_as_published(vectors):
    v = vectors["resource"]
    opened = crypto.open_resource(v["key"], v["nonce"], v["associated_data"], v["ciphertext"])
    assert opened.decode() == v["plaintext"]


@pytest.mark.parametrize("spoiled", ["key", "nonce", "associated_data", "ciphertext"])
@pytest.mark.parametrize("value", ["", "no key", "SGVsbG8gV29ybGQK", "码"])
def test_a_spoiled_resource_does_not_open(vectors, spoiled, value):
    v = vectors["resource"] | {spoiled: value}
    with pytest.raises(crypto.Unopened):
        crypto.open_resource(v["key"], v["nonce"], v["associated_data"], v["ciphertext"])


def test_the_published_certificate_verifies_the_published_message(vectors):
    v = vectors["notification"]
    ring = KeyRing.from_pem({v["serial"]: v["certificate"]})
    then = datetime.fromtimestamp(int(v["headers"]["Wechatpay-Timestamp"]), UTC)
    signing.verify(ring, v["headers"], v["body"].encode(), then)
    assert reason_of(ring, v["headers"], v["body"].encode() + b" ", then) == "bad_signature"


@given(body=st.binary(max_size=64), path=st.text("abc/?=&%2F", max_size=20))
def test_the_authorization_header_signs_the_five_lines(merchant, body, path):
    header = signing.authorization(merchant, method="POST", path="/" + path, body=body, timestamp=1, nonce="abc")
    scheme, _, rest = header.partition(" ")
    fields = dict(re.findall(r'(\w+)="([^"]*)"', rest))
    assert scheme == "WECHATPAY2-SHA256-RSA2048"
    assert (fields["mchid"], fields["serial_no"]) == (merchant.mch_id, merchant.serial_no)
    message = b"POST\n/" + path.encode() + b"\n1\nabc\n" + body + b"\n"
    assert crypto.is_signed(merchant.private_key.public_key(), message, fields["signature"])


def test_a_witness_verifies_our_signature_and_opens_our_field(platform):
    signature = crypto.sign(platform.private_key, b"1\nabc\nbody\n")
    assert rsa_verify("1", "abc", "body", signature, platform.private_key.public_key())
    closed = crypto.close_field(platform.private_key.public_key(), "王建国")
    assert rsa_decrypt(closed, platform.private_key) == "王建国"


@given(body=st.binary(max_size=200), spoil=st.integers(min_value=0))
def test_what_is_signed_verifies_and_nothing_else_does(platform, merchant, body, spoil):
    headers = signed(platform, body)
    signing.verify(merchant.key_ring, headers, body, NOW)
    other = bytearray(body or b"x")
    other[spoil % len(other)] ^= 1
    assert reason_of(merchant.key_ring, headers, bytes(other)) == "bad_signature"


@pytest.mark.parametrize("header", ["Timestamp", "Nonce", "Serial", "Signature"])
def test_an_answer_without_a_signature_header_is_unsigned(platform, merchant, header):
    headers = signed(platform, b"{}")
    del headers[f"Wechatpay-{header}"]
    assert reason_of(merchant.key_ring, headers) == "unsigned"


def test_the_platforms_probe_is_recognised_and_fails(platform, merchant):
    headers = signed(platform, b"{}")
    headers["Wechatpay-Signature"] = "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"]
    assert reason_of(merchant.key_ring, headers) == "probe"


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_answer_of_another_time_is_stale(platform, merchant, seconds):
    assert reason_of(merchant.key_ring, signed(platform, b"{}"), now=NOW + timedelta(seconds=seconds)) == "stale"


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_of_clock_skew_are_allowed(platform, merchant, seconds):
    signing.verify(merchant.key_ring, signed(platform, b"{}"), b"{}", NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("timestamp", ["-1", "1e9", "١٢٣", "9" * 40])
def test_an_odd_timestamp_is_stale(platform, merchant, timestamp):
    assert reason_of(merchant.key_ring, signed(platform, b"{}", timestamp=timestamp)) == "stale"


def test_a_serial_we_do_not_know_is_not_tried_with_another_key(platform, merchant):
    headers = signed(platform, b"{}", serial="PUB_KEY_ID_02")
    assert reason_of(merchant.key_ring, headers) == "unknown_key"


def test_another_scheme_is_refused_and_a_missing_one_is_not(platform, merchant):
    headers = signed(platform, b"{}")
    headers["Wechatpay-Signature-Type"] = "WECHATPAY2-SM2-WITH-SM3"
    assert reason_of(merchant.key_ring, headers) == "bad_signature"
    del headers["Wechatpay-Signature-Type"]
    signing.verify(merchant.key_ring, headers, b"{}", NOW)


def test_public_key_and_certificate_both_verify_and_the_public_key_is_preferred(platform, make_key):
    older = make_key()
    certificate = certificate_of(older, CERTIFICATE_SERIAL)
    ring = KeyRing.from_pem({CERTIFICATE_SERIAL.lower(): certificate, "PUB_KEY_ID_01": platform.public_pem})
    assert ring.preferred == "PUB_KEY_ID_01"
    signing.verify(ring, signed(platform, b"{}"), b"{}", NOW)
    signing.verify(ring, signed(older, b"{}", serial=CERTIFICATE_SERIAL), b"{}", NOW)


def test_a_leading_zero_belongs_to_the_serial(platform):
    ring = KeyRing.from_pem({CERTIFICATE_SERIAL: certificate_of(platform, CERTIFICATE_SERIAL)})
    assert ring.find(CERTIFICATE_SERIAL) is not None
    assert ring.find(CERTIFICATE_SERIAL.lstrip("0")) is None


def test_a_ring_refuses_what_cannot_be_a_key(platform):
    elliptic = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = elliptic.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    certificate = certificate_of(platform, CERTIFICATE_SERIAL)
    for pems in ({}, {"PUB_KEY_ID_01": pem}, {"PUB_KEY_ID_01": "junk"}, {"0D": certificate}):
        with pytest.raises(ValueError, match=r".+"):
            KeyRing.from_pem(pems)


def test_a_merchant_with_a_short_key_cannot_be_made(merchant):
    with pytest.raises(ValueError, match="32 bytes"):
        Merchant("1", "A", merchant.private_key_pem, "short", merchant.key_ring)


def test_a_merchants_secrets_do_not_show_in_representations(merchant):
    assert "PRIVATE" not in repr(merchant)
    assert merchant.apiv3_key not in repr(merchant)
