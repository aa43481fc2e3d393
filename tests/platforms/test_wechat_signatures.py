"""Signatures and encryption of mini-programs and web pages, against the documentation's own vectors."""

import base64
import json
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from app.platforms import InvalidUserData, WeChatEndpoints
from app.platforms.wechat import ServiceAccount, decrypt_user_data, raw_data_is_signed, sign_js_sdk

ACCOUNT = ServiceAccount("wx01", "secret", WeChatEndpoints(api="", open="https://open.example", pay=""))


def encrypt(text, key, iv):
    padder = padding.PKCS7(128).padder()
    cipher = Cipher(algorithms.AES128(key), modes.CBC(iv)).encryptor()
    padded = padder.update(text.encode()) + padder.finalize()
    return base64.b64encode(cipher.update(padded) + cipher.finalize()).decode()


def test_the_page_signature_is_the_documented_one(vectors):
    v = vectors["js_sdk"]
    assert sign_js_sdk(v["ticket"], v["url"], v["nonce"], v["timestamp"]) == v["signature"]


def test_the_page_signature_ignores_the_fragment_and_minds_the_query(vectors):
    v = vectors["js_sdk"]
    assert sign_js_sdk(v["ticket"], v["url"] + "#top", v["nonce"], v["timestamp"]) == v["signature"]
    assert sign_js_sdk(v["ticket"], v["url"] + "&more=1", v["nonce"], v["timestamp"]) != v["signature"]


def test_raw_data_is_checked_as_documented(vectors):
    v = vectors["raw_data"]
    assert raw_data_is_signed(v["raw_data"], v["signature"], v["session_key"])
    assert not raw_data_is_signed(v["raw_data"] + " ", v["signature"], v["session_key"])
    assert not raw_data_is_signed(v["raw_data"], "签名", v["session_key"])


def test_user_data_opens_as_documented(vectors):
    v = vectors["user_data"]
    data = decrypt_user_data(v["encrypted_data"], v["iv"], v["session_key"], v["app_id"])
    assert data["nickName"] == "Band"
    assert data["watermark"]["appid"] == v["app_id"]


def test_user_data_of_another_app_is_refused(vectors):
    v = vectors["user_data"]
    with pytest.raises(InvalidUserData):
        decrypt_user_data(v["encrypted_data"], v["iv"], v["session_key"], "wx0000000000000000")


@pytest.mark.parametrize("spoiled", ["encrypted_data", "iv", "session_key"])
@pytest.mark.parametrize("value", ["", "AAAA", "not base64", "AAAAAAAAAAAAAAAAAAAAAA==", "码"])
def test_spoiled_user_data_is_refused(vectors, spoiled, value):
    v = vectors["user_data"] | {spoiled: value}
    with pytest.raises(InvalidUserData):
        decrypt_user_data(v["encrypted_data"], v["iv"], v["session_key"], v["app_id"])


@given(
    st.dictionaries(st.text(), st.text()), st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16)
)
def test_whatever_was_encrypted_comes_back(fields, key, iv):
    data = fields | {"watermark": {"appid": "wx01"}}
    sealed = encrypt(json.dumps(data, ensure_ascii=False), key, iv)
    key_text, iv_text = base64.b64encode(key).decode(), base64.b64encode(iv).decode()
    assert decrypt_user_data(sealed, iv_text, key_text, "wx01") == data


def test_the_authorization_address_keeps_wechats_order_and_fragment():
    url = ACCOUNT.authorize_url("https://brand.example/auth?next=/s/码", "snsapi_base", "abc123")
    assert url == (
        "https://open.example/connect/oauth2/authorize?appid=wx01"
        "&redirect_uri=https%3A%2F%2Fbrand.example%2Fauth%3Fnext%3D%2Fs%2F%E7%A0%81"
        "&response_type=code&scope=snsapi_base&state=abc123#wechat_redirect"
    )
    assert urlsplit(url).fragment == "wechat_redirect"


@pytest.mark.parametrize("state", ["", "a-b", "a" * 129, "码"])
def test_a_state_wechat_would_not_return_intact_is_an_error(state):
    with pytest.raises(ValueError, match="state"):
        ACCOUNT.authorize_url("https://brand.example/", "snsapi_base", state)


def test_secrets_do_not_show_in_representations():
    assert "secret" not in repr(ACCOUNT)
