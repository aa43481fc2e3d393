"""Settings: read from the environment alone, and refused where they would be unsafe or missing."""

import base64
from pathlib import Path

import pytest

from config.settings import DEFAULT_SECRETS, InvalidSettings, Settings

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(1, 33))).decode()
PRODUCTION = {
    "MALU_MODE": "production",
    "MALU_MASTER_KEY": KEY,
    "MALU_TOKEN_KEYS": f"new:{OTHER_KEY},old:{KEY}",
    "DATABASE_URL": "postgresql+psycopg://malu@db/malu",
    "REDIS_URL": "redis://cache",
}


def test_production_needs_secrets_and_addresses_and_nothing_else() -> None:
    settings = Settings.from_env(PRODUCTION)
    assert settings.mode == "production"
    assert [(key.id, key.key) for key in settings.master_keys] == [("1", bytes(range(32)))]
    assert [kid for kid, _ in settings.token_keys] == ["new", "old"]
    assert settings.public_scheme == "https"
    assert not settings.any_browser
    assert all(address.startswith("https://") for address in settings.upstreams)


def test_an_environment_that_does_not_name_its_mode_is_production() -> None:
    settings = Settings.from_env({name: value for name, value in PRODUCTION.items() if name != "MALU_MODE"})
    assert settings.mode == "production"


@pytest.mark.parametrize("name", ["MALU_MASTER_KEY", "MALU_TOKEN_KEYS", "DATABASE_URL", "REDIS_URL"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_setting_is_named(name: str, value: str | None) -> None:
    env = PRODUCTION | {name: value} if value is not None else {k: v for k, v in PRODUCTION.items() if k != name}
    with pytest.raises(InvalidSettings, match=f"{name} is not set"):
        Settings.from_env(env)


@pytest.mark.parametrize("secret", sorted(DEFAULT_SECRETS))
@pytest.mark.parametrize("name", ["MALU_MASTER_KEY", "MALU_TOKEN_KEYS"])
def test_production_refuses_published_secrets(name: str, secret: bytes) -> None:
    published = base64.b64encode(secret).decode()
    value = published if name == "MALU_MASTER_KEY" else f"new:{KEY},old:{published}"
    with pytest.raises(InvalidSettings, match="published defaults"):
        Settings.from_env(PRODUCTION | {name: value})
    Settings.from_env(PRODUCTION | {name: value, "MALU_MODE": "development"})


@pytest.mark.parametrize("name", ["WECHAT_API_URL", "WECHAT_OPEN_URL", "WECHAT_PAY_URL", "WECHAT_JSSDK_URL"])
@pytest.mark.parametrize("address", ["http://127.0.0.1:8010", "api.weixin.qq.com", "ftp://a"])
def test_production_refuses_an_upstream_that_is_not_https(name: str, address: str) -> None:
    with pytest.raises(InvalidSettings, match="not https"):
        Settings.from_env(PRODUCTION | {name: address})
    Settings.from_env(PRODUCTION | {name: address, "MALU_MODE": "development"})


@pytest.mark.parametrize(("name", "value"), [("MALU_ANY_BROWSER", "1"), ("MALU_PUBLIC_SCHEME", "http")])
def test_production_refuses_what_is_for_the_demo(name: str, value: str) -> None:
    with pytest.raises(InvalidSettings, match=name):
        Settings.from_env(PRODUCTION | {name: value})
    Settings.from_env(PRODUCTION | {name: value, "MALU_MODE": "test"})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MALU_MODE", "staging", "MALU_MODE must be one of"),
        ("MALU_MASTER_KEY", "not base64!", "MALU_MASTER_KEY is not base64"),
        ("MALU_MASTER_KEY", "c2hvcnQ=", "MALU_MASTER_KEY must be 32 bytes"),
        ("MALU_MASTER_KEY", "中" + KEY, "MALU_MASTER_KEY is not base64"),
        ("MALU_TOKEN_KEYS", "new", "MALU_TOKEN_KEYS must be 32 bytes"),
        ("MALU_TOKEN_KEYS", f"new:{KEY},", "MALU_TOKEN_KEYS must be 32 bytes"),
        ("MALU_TOKEN_KEYS", "new:%%%", "MALU_TOKEN_KEYS is not base64"),
        ("MALU_TRUSTED_PROXIES", "-1", "MALU_TRUSTED_PROXIES must be a whole number"),
        ("MALU_POOL_SIZE", "four", "MALU_POOL_SIZE must be a whole number"),
        ("MALU_CLAIMS_PER_MINUTE", "", "MALU_CLAIMS_PER_MINUTE must be a whole number"),
    ],
)
def test_an_unacceptable_value_is_named(name: str, value: str, words: str) -> None:
    with pytest.raises(InvalidSettings, match=words):
        Settings.from_env(PRODUCTION | {name: value})


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    file.write_text(OTHER_KEY + "\n", encoding="utf-8")
    env = {name: value for name, value in PRODUCTION.items() if name != "MALU_MASTER_KEY"}
    settings = Settings.from_env(env | {"MALU_MASTER_KEY_FILE": str(file)})
    assert settings.master_keys[0].key == bytes(range(1, 33))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="MALU_MASTER_KEY_FILE cannot be read"):
        Settings.from_env(PRODUCTION | {"MALU_MASTER_KEY_FILE": str(tmp_path / "missing")})


def test_an_empty_file_is_a_missing_setting(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("\n", encoding="utf-8")
    with pytest.raises(InvalidSettings, match="DATABASE_URL is not set"):
        Settings.from_env(PRODUCTION | {"DATABASE_URL_FILE": str(file)})


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """As a key is that was written without base64."""
    file = tmp_path / "master.key"
    file.write_bytes(b"\xff" * 32)
    with pytest.raises(InvalidSettings, match="MALU_MASTER_KEY_FILE"):
        Settings.from_env(PRODUCTION | {"MALU_MASTER_KEY_FILE": str(file)})


def test_master_keys_have_ids_and_the_first_one_seals() -> None:
    settings = Settings.from_env(PRODUCTION | {"MALU_MASTER_KEY": f"2:{OTHER_KEY},{KEY}"})
    assert [(key.id, key.key) for key in settings.master_keys] == [
        ("2", bytes(range(1, 33))),
        ("1", bytes(range(32))),
    ]
    assert KEY not in repr(settings)


@pytest.mark.parametrize("value", [f"{KEY},{OTHER_KEY}", f"2:{KEY},2:{OTHER_KEY}", f"No:{KEY}", f":{KEY}"])
def test_master_keys_without_ids_of_their_own_are_refused(value: str) -> None:
    with pytest.raises(InvalidSettings, match="id of its own"):
        Settings.from_env(PRODUCTION | {"MALU_MASTER_KEY": value})


def test_a_wrapped_master_key_needs_a_kms_that_speaks_https() -> None:
    wrapped = {"MALU_MASTER_KEY": "2:kms:d3JhcHBlZA=="}
    with pytest.raises(InvalidSettings, match="needs MALU_KMS_URL"):
        Settings.from_env(PRODUCTION | wrapped)
    with pytest.raises(InvalidSettings, match="MALU_KMS_TOKEN is not set"):
        Settings.from_env(PRODUCTION | wrapped | {"MALU_KMS_URL": "https://kms.internal"})
    reached = wrapped | {"MALU_KMS_TOKEN": "secret-token"}
    with pytest.raises(InvalidSettings, match="not https"):
        Settings.from_env(PRODUCTION | reached | {"MALU_KMS_URL": "http://kms.internal"})
    settings = Settings.from_env(PRODUCTION | reached | {"MALU_KMS_URL": "https://kms.internal"})
    assert settings.master_keys[0].is_wrapped
    assert "secret-token" not in repr(settings)
    with pytest.raises(InvalidSettings, match="neither id:key nor id:kms:wrapped"):
        Settings.from_env(PRODUCTION | {"MALU_MASTER_KEY": f"2:vault:{KEY}"})
