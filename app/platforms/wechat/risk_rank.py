"""What WeChat thinks of a person: `getUserRiskRank` of a mini-program (developers.weixin.qq.com).

Only of people who used the mini-program within two hours. It takes hundreds of milliseconds: never on a path that
somebody waits on.
"""

from app.platforms import http
from app.platforms.errors import PlatformBusy
from app.platforms.wechat.mini_program import MiniProgramApp
from app.platforms.wechat.replies import ask, number_of
from app.platforms.wechat.tokens import TokenStore, with_token

MARKETING = 1
HIGHEST = 4


def risk_rank(app: MiniProgramApp, tokens: TokenStore, *, openid: str, address: str) -> int:
    """0 (none) to 4 (highest), for the scene of marketing; raises `PlatformBusy` and `PlatformRefused`."""
    wanted = {"appid": app.app_id, "openid": openid, "scene": MARKETING, "client_ip": address}
    url, body = f"{app.endpoints.api}/wxa/getuserriskrank", http.dump_object(wanted)
    reply = with_token(app, tokens, lambda token: ask(http.Call("POST", url, {"access_token": token}, body)))
    rank = number_of(reply, "risk_rank")
    if not 0 <= rank <= HIGHEST:
        raise PlatformBusy(reason="incomplete", field="risk_rank")
    return rank
