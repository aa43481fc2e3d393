"""What identity knows of a platform: a code goes in, who it is comes out."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PlatformIdentity:
    """One human as one app of one platform sees them.

    `(platform, app_id, openid)` is the key. `unionid` is a hint for merging, worth something only inside
    `open_account`, the open-platform account the app is bound to (None when unknown: then never merge).
    A `snapshot` identity is a throw-away account of a preview page: it may not be stored, merged or rewarded.
    """

    platform: str
    app_id: str
    openid: str
    unionid: str | None = None
    open_account: str | None = None
    snapshot: bool = False


class LoginPlatform(Protocol):
    """An app people can sign in with; WeChat's mini-programs and service accounts are the first two.

    The next platforms join by a folder with one such class each:

    - Alipay, `alipay.system.oauth.token`: the app-scoped `open_id`, else `user_id`, is the openid; no unionid.
    - Douyin, `apps/v2/jscode2session`: `openid`; its unionid differs by host app, so `open_account` names
      developer and host; `anonymous_openid` is never an openid.
    - Kuaishou, `oauth2/mp/code2session`: `open_id`; `union_id` only where the reply has one.
    """

    @property
    def app_id(self) -> str: ...

    def exchange(self, code: str) -> PlatformIdentity:
        """Trade a single-use code for an identity.

        Raises `InvalidLoginCode`, `LoginCodeUsed`, `HighRiskUser`, `PlatformBusy` (the code may be spent:
        ask the client for a new one) or `PlatformRefused`.
        """
        ...
