"""The settings of a process, read once from its environment."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

Mode = Literal["development", "test", "production"]
MODES = ("development", "test", "production")
KEY_BYTES = 32
FIRST_KEY_ID = "1"  # of a master key that is given without one
KEY_ID = re.compile(r"[a-z0-9]{1,16}")
DEFAULT_SECRETS = frozenset({bytes(KEY_BYTES), b"malu-development-master-key-0000"})


class InvalidSettings(ValueError):
    """The environment lacks a setting or holds an unacceptable one."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A master key by its id; wrapped, it is opened by the KMS when the process starts."""

    id: str
    key: bytes = field(repr=False)
    is_wrapped: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    mode: Mode
    master_keys: tuple[MasterKey, ...]
    kms_url: str | None
    kms_token: str = field(repr=False)
    token_keys: tuple[tuple[str, bytes], ...]
    database_url: str
    redis_url: str
    wechat_api_url: str
    wechat_open_url: str
    wechat_pay_url: str
    wechat_jssdk_url: str
    any_browser: bool
    public_scheme: str
    trusted_proxies: int
    guesses_per_minute: int
    claims_per_minute: int
    pool_size: int
    files_folder: Path
    regions_file: Path | None
    inbox_folder: Path | None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check every setting; raises `InvalidSettings` naming what is wrong."""
        settings = cls(
            mode=_mode(env),
            master_keys=_master_keys(_text(env, "MALU_MASTER_KEY")),
            kms_url=env.get("MALU_KMS_URL") or None,
            kms_token=_text(env, "MALU_KMS_TOKEN", "") if env.get("MALU_KMS_URL") else "",
            token_keys=_token_keys(_text(env, "MALU_TOKEN_KEYS")),
            database_url=_text(env, "DATABASE_URL"),
            redis_url=_text(env, "REDIS_URL"),
            wechat_api_url=_text(env, "WECHAT_API_URL", "https://api.weixin.qq.com"),
            wechat_open_url=_text(env, "WECHAT_OPEN_URL", "https://open.weixin.qq.com"),
            wechat_pay_url=_text(env, "WECHAT_PAY_URL", "https://api.mch.weixin.qq.com"),
            wechat_jssdk_url=_text(env, "WECHAT_JSSDK_URL", "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"),
            any_browser=_flag(env, "MALU_ANY_BROWSER"),
            public_scheme=_text(env, "MALU_PUBLIC_SCHEME", "https"),
            trusted_proxies=_number(env, "MALU_TRUSTED_PROXIES", 0),
            guesses_per_minute=_number(env, "MALU_GUESSES_PER_MINUTE", 60),
            claims_per_minute=_number(env, "MALU_CLAIMS_PER_MINUTE", 60),
            pool_size=_number(env, "MALU_POOL_SIZE", 4),
            files_folder=_folder(env, "MALU_FILES", "/var/lib/malu/files"),
            regions_file=Path(env["MALU_REGIONS"]) if env.get("MALU_REGIONS") else None,
            inbox_folder=_folder(env, "MALU_INBOX", "") if env.get("MALU_INBOX") else None,
        )
        if any(key.is_wrapped for key in settings.master_keys) and settings.kms_url is None:
            raise InvalidSettings("a wrapped MALU_MASTER_KEY needs MALU_KMS_URL")
        if settings.mode == "production":
            _refuse_unsafe(settings)
        return settings

    @property
    def upstreams(self) -> tuple[str, ...]:
        wechat = (self.wechat_api_url, self.wechat_open_url, self.wechat_pay_url, self.wechat_jssdk_url)
        return wechat + ((self.kms_url,) if self.kms_url else ())


def _refuse_unsafe(settings: Settings) -> None:
    secrets = {key.key for key in settings.master_keys} | {key for _, key in settings.token_keys}
    if secrets & DEFAULT_SECRETS:
        raise InvalidSettings("MALU_MASTER_KEY and MALU_TOKEN_KEYS must not be the published defaults")
    for address in settings.upstreams:
        if urlsplit(address).scheme != "https":
            raise InvalidSettings(f"an upstream is not https: {address}")
    if settings.any_browser:
        raise InvalidSettings("MALU_ANY_BROWSER is for the demo and the tests")
    if settings.public_scheme != "https":
        raise InvalidSettings("MALU_PUBLIC_SCHEME must be https")


def _text(env: Mapping[str, str], name: str, default: str | None = None) -> str:
    """The value of ``name``, or the content of the file that ``name_FILE`` names."""
    path = env.get(f"{name}_FILE")
    value = _file(f"{name}_FILE", Path(path)) if path else env.get(name, default)
    if not value:
        raise InvalidSettings(f"{name} is not set")
    return value


def _file(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettings(f"{name} cannot be read: {error}") from error


def _folder(env: Mapping[str, str], name: str, default: str) -> Path:
    folder = Path(_text(env, name, default))
    if not folder.is_absolute():
        raise InvalidSettings(f"{name} must be an absolute path, not {str(folder)!r}")
    return folder


def _mode(env: Mapping[str, str]) -> Mode:
    value = _text(env, "MALU_MODE", "production")
    if value not in MODES:
        raise InvalidSettings(f"MALU_MODE must be one of {', '.join(MODES)}")
    return cast("Mode", value)


def _flag(env: Mapping[str, str], name: str) -> bool:
    return env.get(name, "0") == "1"


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, str(default))
    if not value.isdecimal():
        raise InvalidSettings(f"{name} must be a whole number, not {value!r}")
    return int(value)


def _base64(name: str, value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except ValueError as error:
        raise InvalidSettings(f"{name} is not base64") from error


def _key(name: str, value: str) -> bytes:
    key = _base64(name, value)
    if len(key) != KEY_BYTES:
        raise InvalidSettings(f"{name} must be {KEY_BYTES} bytes in base64")
    return key


def _master_keys(value: str) -> tuple[MasterKey, ...]:
    """``id:base64`` or ``id:kms:base64``, by commas, the one that seals first; a key alone is the first ever."""
    keys = tuple(_master_key(part) for part in value.split(","))
    ids = [key.id for key in keys]
    if len(set(ids)) < len(ids) or not all(KEY_ID.fullmatch(key_id) for key_id in ids):
        raise InvalidSettings("MALU_MASTER_KEY: each key needs an id of its own, of small letters and digits")
    return keys


def _master_key(part: str) -> MasterKey:
    name = "MALU_MASTER_KEY"
    match part.strip().split(":"):
        case [key]:
            return MasterKey(FIRST_KEY_ID, _key(name, key))
        case [key_id, key]:
            return MasterKey(key_id, _key(name, key))
        case [key_id, "kms", wrapped]:
            return MasterKey(key_id, _base64(name, wrapped), is_wrapped=True)
        case _:
            raise InvalidSettings(f"{name} is neither id:key nor id:kms:wrapped")


def _token_keys(value: str) -> tuple[tuple[str, bytes], ...]:
    pairs = [part.partition(":") for part in value.split(",")]
    return tuple((kid, _key("MALU_TOKEN_KEYS", key)) for kid, _, key in pairs)
