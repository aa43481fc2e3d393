"""People of the sandbox as people of a brand: they sign in as on a phone, and open prizes as on a page."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import codes, identity, rewards, tenancy
from app.kit import clock
from app.kit.transaction import transaction
from app.platforms import PlatformIdentity
from app.platforms.wechat import MiniProgramApp, ServiceAccount
from config.dev.processes import CannotContinue
from config.dev.seed_stories import FIRST_CODE_NO, VISITS, Story, Visit

PATIENCE_SECONDS = 10
OK = 200


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The control API of the WeChat sandbox."""

    url: str

    def ask(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        """Raises `CannotContinue` when nobody answers as a sandbox does."""
        with requests.Session() as session:
            session.trust_env = False  # loopback is not reached through a proxy
            try:
                reply = session.request(method, f"{self.url}/_ctl/{path}", json=body, timeout=PATIENCE_SECONDS)
                reply.raise_for_status()
                answer: dict[str, Any] = reply.json()
            except (requests.RequestException, ValueError) as error:
                raise CannotContinue(f"no WeChat sandbox answers at {self.url}: {error}") from error
        return answer


@dataclass(frozen=True, slots=True)
class Apps:
    """The brand's apps at WeChat, ready to be called."""

    mini: MiniProgramApp
    service: ServiceAccount


def require_apps(sandbox: Sandbox, story: Story, brand_id: int) -> Apps:
    """The brand's apps, registered, with their secrets and the merchant's keys sealed in the database."""
    given = sandbox.ask("GET", f"credentials?brand={story.number}")
    merchant = {name: value for name, value in given["merchant"].items() if name != "balance_fen"}
    endpoints, open_account = tenancy.endpoints(), f"open-{story.slug}"
    apps = Apps(
        MiniProgramApp(given["mini"]["app_id"], given["mini"]["secret"], endpoints, open_account),
        ServiceAccount(given["service"]["app_id"], given["service"]["secret"], endpoints, open_account),
    )
    known = {app.app_id for app in tenancy.apps(brand_id)}
    with transaction(brand_id) as session:
        for kind, app in (("mini", apps.mini), ("service", apps.service)):
            if app.app_id not in known:
                named = tenancy.PlatformApp("wechat", app.app_id, kind, open_account)
                tenancy.register_app(session, brand_id=brand_id, app=named)
            _keep(session, f"wechat:{app.app_id}", app.secret)
        _keep(session, f"wechat:{apps.service.app_id}:marketcode", given["market_key"])
        _keep(session, "wechatpay", json.dumps(merchant))
    return apps


def _keep(session: Session, name: str, value: str) -> None:
    """Seal a secret, unless it is the one that is kept."""
    with suppress(LookupError):
        if tenancy.secret(session, name).decode() == value:
            return
    tenancy.store_secret(session, name=name, value=value.encode())


def sign_in_people(sandbox: Sandbox, story: Story, apps: Apps, brand_id: int) -> dict[str, int]:
    """Everybody of the story, known to the brand by both of its apps: their ids by the sandbox's names."""
    return {who: _sign_in(sandbox, who, apps, brand_id) for who in story.people}


def _sign_in(sandbox: Sandbox, who: str, apps: Apps, brand_id: int) -> int:
    """First in the mini-program, then on a web page; the unionid says that both are one person.

    The web account is the younger, so payouts go to it: on a web page a newcomer can confirm them.
    """
    js_code = sandbox.ask("POST", "login", {"user": who, "app_id": apps.mini.app_id})["js_code"]
    in_mini = apps.mini.exchange(js_code)
    wanted = {"user": who, "app_id": apps.service.app_id, "scope": "snsapi_userinfo"}
    oauth = apps.service.exchange_oauth_code(sandbox.ask("POST", "oauth", wanted)["code"])
    shown = apps.service.userinfo(oauth.access_token, oauth.openid)
    on_web = PlatformIdentity(
        "wechat", apps.service.app_id, oauth.openid, oauth.unionid, apps.service.open_account
    )
    at = clock.now()
    with transaction(brand_id) as session:
        identity.sign_in(session, identity=in_mini, at=at)
        person = identity.sign_in(
            session, identity=on_web, at=at, nickname=shown.nickname, avatar_url=shown.avatar_url
        )
    return person.id


def pending_visits(brand_id: int, story: Story) -> list[tuple[Visit, int]]:
    """The visits whose prize nobody has opened yet, each with its code number."""
    size = story.units_per_case
    numbered = [(visit, FIRST_CODE_NO + visit.case * size + visit.unit) for visit in VISITS]
    with transaction(brand_id) as session:
        return [(visit, code_no) for visit, code_no in numbered if rewards.claim_row(session, code_no) is None]


def pay_visits(app: Flask, brand_id: int, story: Story, people: Mapping[str, int], *, address: str) -> None:
    """Let the consumers of the story scan and open their prizes over HTTP, each code once."""
    for visit, code_no in pending_visits(brand_id, story):
        with transaction(brand_id) as session:
            person_id = people[visit.who]
            tokens = identity.open_session(session, person_id=person_id, audience="consumer", at=clock.now())
        _open_prize(app.test_client(), address, codes.text_of(brand_id, code_no), tokens.access_token)


def _open_prize(client: FlaskClient, address: str, code: str | None, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    for path in ("scans", "claims"):
        reply = client.post(f"/api/consumer/{path}", json={"code": code}, headers=headers, base_url=address)
        if reply.status_code != OK:
            raise CannotContinue(f"the prize of {code} cannot be opened: {reply.get_data(as_text=True)}")
